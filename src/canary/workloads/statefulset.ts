import { dig, type KubeObject } from '../../kube/object.ts';
import { discoverPorts } from './container-ports.ts';
import type { PrimaryRequest, Workload, WorkloadOptions } from './contract.ts';
import { defined, mapField } from './json.ts';
import { carriesPromotion } from './pod-template.ts';
import { renderPrimary } from './primary-object.ts';
import { byReplicas, primaryReplicas } from './replicas.ts';
import { templateRevision } from './revision.ts';
import { otherStrategy, primaryStrategy } from './rolling-update.ts';
import { selectorOf } from './selector.ts';
import { statefulSetReadiness } from './statefulset-readiness.ts';
import { volumeObstacle } from './statefulset-volumes.ts';

/** Fields of a StatefulSet's spec that the primary takes over besides the template. */
const follows = ['minReadySeconds', 'revisionHistoryLimit', 'persistentVolumeClaimRetentionPolicy', 'ordinals'];

/** StatefulSets as targets; see `docs/decisions/0009-statefulsets.md`. */
export function createStatefulSets(options: WorkloadOptions): Workload {
  return {
    kind: 'StatefulSet',
    selector: (canary, target) => selectorOf(canary, target, options.selectorLabels),
    ports: discoverPorts,
    revision: templateRevision,
    primary: (request) => {
      const impossible = obstacle(request) ?? volumeObstacle(request);
      if (impossible !== undefined) return { impossible };
      return renderPrimary(request, options, { follows, spreading: options.selectorLabels, own: ownFields(request) });
    },
    promoted: carriesPromotion,
    readiness: statefulSetReadiness,
    ...byReplicas,
  };
}

/** Why the target's pods could not be told apart or replaced, as a sentence. It matters only before there is a primary. */
function obstacle({ target, canary, live }: PrimaryRequest): string | undefined {
  if (live) return undefined;
  const subject = `statefulset ${target.metadata.name}.${canary.namespace}`;
  const strategy = otherStrategy(target);
  if (strategy !== undefined) return `${subject} must have RollingUpdate strategy but have ${strategy}`;
  if (!partition(target)) return undefined;
  const fault = `holds back pods by the partition ${partition(target)} of its updateStrategy, which would keep old pods in the canary`;
  return `${subject} ${fault}: set it to 0`;
}

function partition(target: KubeObject): unknown {
  return dig(target, 'spec', 'updateStrategy', 'rollingUpdate', 'partition');
}

function ownFields(request: PrimaryRequest): Record<string, unknown> {
  const { canary, target, live } = request;
  const { updateStrategy } = primaryStrategy(target, live);
  const unpartitioned =
    updateStrategy && mapField(updateStrategy, 'rollingUpdate', ({ partition: _, ...rest }) => rest);
  const changing = defined({ replicas: primaryReplicas(request), updateStrategy: unpartitioned });
  if (live) return changing;
  // Never to be changed again, so a promotion leaves them alone
  const fixed = ['podManagementPolicy', 'volumeClaimTemplates'].map((field) => [field, dig(target, 'spec', field)]);
  return { ...changing, ...defined(Object.fromEntries(fixed)), serviceName: canary.service.primaryName };
}
