import type { Client } from '../kube/client.ts';
import { dig, type KubeObject, refOf } from '../kube/object.ts';

/**
 * Takes out of a present object what the wanted one can't be applied over, whoever wrote it: a Deployment that is recreated
 * may not have the parameters of a rolling update, server-side apply leaves those of other managers, such as an earlier
 * `kubectl apply`, and a null in what is applied doesn't take them away either. Returns whether there was anything.
 */
export async function clearLeftovers(
  client: Pick<Client, 'patch'>,
  present: KubeObject,
  wanted: KubeObject,
  dryRun: boolean,
): Promise<boolean> {
  const recreated = wanted.kind === 'Deployment' && dig(wanted, 'spec', 'strategy', 'type') === 'Recreate';
  if (!recreated || !dig(present, 'spec', 'strategy', 'rollingUpdate')) return false;
  await client.patch(refOf(wanted), { spec: { strategy: { type: 'Recreate', rollingUpdate: null } } }, { dryRun });
  return true;
}
