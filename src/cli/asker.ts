import { userInfo } from 'node:os';
import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import { dig, type KubeObject } from '../kube/object.ts';

const review: KubeObject = {
  apiVersion: 'authentication.k8s.io/v1',
  kind: 'SelfSubjectReview',
  metadata: { name: '' },
};

/**
 * Whoever asks, by the name that the API server knows; by that of the local user where it doesn't serve such reviews (before
 * Kubernetes 1.28) or doesn't allow them. `undefined` when neither is known. Rejects when the server can't be asked at all.
 */
export async function askerOf(client: Pick<Client, 'create'>, local = localUser): Promise<string | undefined> {
  try {
    const name = dig(await client.create(review), 'status', 'userInfo', 'username');
    return typeof name === 'string' && name !== '' ? name : local();
  } catch (error) {
    if (error instanceof ApiError && [403, 404, 405].includes(error.code)) return local();
    throw error;
  }
}

/** Name of the user of this process; `undefined` for an id without an entry, as containers have it. */
export function localUser(read: () => { readonly username: string } = userInfo): string | undefined {
  try {
    return read().username;
  } catch {
    return undefined;
  }
}
