import type { Client } from '../kube/client.ts';
import { equalObjects } from '../kube/compare.ts';
import { ApiError } from '../kube/errors.ts';
import { type JsonObject, type KubeObject, type ObjectRef, refOf } from '../kube/object.ts';
import { clearLeftovers } from './leftovers.ts';

export type Outcome = 'created' | 'configured' | 'unchanged' | 'removed';

/** What came of an object. */
export interface Applied {
  readonly ref: ObjectRef;
  readonly outcome: Outcome;
}

export type ApplyClient = Pick<Client, 'get' | 'patch'>;

/**
 * Server-side apply of one object; with `dryRun` the API server only says what would come of it. A Namespace that exists is
 * left as it is: others may have put their own labels on it. Rejects with an `ApiError` when it is refused.
 */
export async function applyObject(client: ApplyClient, object: KubeObject, dryRun: boolean): Promise<Applied> {
  const ref = refOf(object);
  const before = await lookUp(client, ref);
  if (before && object.kind === 'Namespace') return { ref, outcome: 'unchanged' };
  const hadLeftovers = before !== undefined && (await clearLeftovers(client, before, object, dryRun));
  // What a dry run cleared is still there, and would be refused
  if (hadLeftovers && dryRun) return { ref, outcome: 'configured' };
  const after = await client.patch(ref, JSON.parse(JSON.stringify(object)) as JsonObject, {
    type: 'apply',
    force: true,
    dryRun,
  });
  if (!before) return { ref, outcome: 'created' };
  return { ref, outcome: equalObjects(before, after) ? 'unchanged' : 'configured' };
}

/** The object; `undefined` when it, or its kind, isn't there. */
export async function lookUp(client: Pick<Client, 'get'>, ref: ObjectRef): Promise<KubeObject | undefined> {
  try {
    return await client.get(ref);
  } catch (error) {
    if (ApiError.is(error) && error.code === 404) return undefined;
    throw error;
  }
}
