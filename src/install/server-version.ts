import { ApiError } from '../kube/errors.ts';
import { dig } from '../kube/object.ts';
import type { Transport } from '../kube/transport.ts';

/** What the API server calls its version, such as `v1.34.4`. Rejects with an `ApiError` when it doesn't say it. */
export async function serverVersion(transport: Pick<Transport, 'send'>): Promise<string> {
  const answer = await transport.send({ method: 'GET', path: '/version', headers: { accept: 'application/json' } });
  const version = answer.status === 200 ? dig(JSON.parse(answer.body), 'gitVersion') : undefined;
  if (typeof version === 'string') return version;
  throw new ApiError(`the API server answered ${answer.status} when asked for its version`, {
    code: answer.status,
    reason: 'VersionUnknown',
  });
}
