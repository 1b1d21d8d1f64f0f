import { discoverPorts } from './container-ports.ts';
import type { Workload, WorkloadOptions } from './contract.ts';
import { deploymentReadiness } from './deployment-readiness.ts';
import { carriesPromotion } from './pod-template.ts';
import { renderPrimary } from './primary-object.ts';
import { byReplicas, primaryReplicas } from './replicas.ts';
import { templateRevision } from './revision.ts';
import { selectorOf } from './selector.ts';

/** Fields of a Deployment's spec that the primary takes over besides the template. */
const follows = ['progressDeadlineSeconds', 'minReadySeconds', 'revisionHistoryLimit', 'strategy'];

/** Deployments as targets. */
export function createDeployments(options: WorkloadOptions): Workload {
  return {
    kind: 'Deployment',
    selector: (canary, target) => selectorOf(canary, target, options.selectorLabels),
    ports: discoverPorts,
    revision: templateRevision,
    primary: (request) => {
      const own = { replicas: primaryReplicas(request) };
      return renderPrimary(request, options, { follows, spreading: options.selectorLabels, own });
    },
    promoted: carriesPromotion,
    readiness: deploymentReadiness,
    ...byReplicas,
  };
}
