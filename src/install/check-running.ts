import type { Client } from '../kube/client.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { lookUp } from './apply.ts';
import { type Finding, missing, ok } from './finding.ts';
import type { Place } from './installed.ts';

/** Whether all replicas of the controller are available. */
export function running(deployment: KubeObject | undefined, { name, namespace }: Place): Finding {
  const what = 'controller';
  if (!deployment)
    return missing(
      what,
      `${name} is not installed in ${namespace}`,
      'run `sluice install`, or name its place with -n and --name',
    );
  const wanted = Number(dig(deployment, 'spec', 'replicas') ?? 1);
  const available = Number(dig(deployment, 'status', 'availableReplicas') ?? 0);
  const detail = `${available} of ${wanted} replicas available`;
  if (available > 0 && available >= wanted) return ok(what, detail);
  const pods = `kubectl -n ${namespace} describe pods -l app.kubernetes.io/instance=${name}`;
  return missing(what, detail, `\`${pods}\` says why`);
}

/** Whether a replica leads the others. */
export async function leader(client: Pick<Client, 'get'>, namespace: string): Promise<Finding> {
  const what = 'leader';
  const name = 'flagger-leader-election';
  const lease = await lookUp(client, { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name });
  const holder = dig(lease, 'spec', 'holderIdentity');
  if (typeof holder === 'string' && holder !== '') return ok(what, `${holder} holds the Lease ${namespace}/${name}`);
  return missing(
    what,
    `nobody holds the Lease ${namespace}/${name}`,
    'wait half a minute; then look at the log of the controller',
  );
}
