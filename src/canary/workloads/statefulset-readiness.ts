import { dig, type KubeObject } from '../../kube/object.ts';
import { neededAvailable } from './available.ts';
import type { Readiness, ReadinessRule } from './contract.ts';
import { numberOf } from './json.ts';
import { overdue, unfinished } from './waiting.ts';

/**
 * Whether a StatefulSet has rolled out. It has no conditions, so the deadline counts from when the wait began. One that wants
 * no replicas is ready.
 */
export function statefulSetReadiness(object: KubeObject, rule: ReadinessRule): Readiness {
  const status = (field: string) => numberOf(dig(object, 'status', field));
  if ((object.metadata.generation ?? 0) > (status('observedGeneration') ?? 0)) {
    return unfinished('observed statefulset generation less than desired generation');
  }
  const wanted = numberOf(dig(object, 'spec', 'replicas')) ?? 1;
  const [all, updated] = [status('replicas') ?? 0, status('updatedReplicas') ?? 0];
  // Clusters before 1.22 tell only how many are ready
  const available = status('availableReplicas') ?? status('readyReplicas') ?? 0;
  if (updated < wanted) return overdue(`${updated} out of ${wanted} new pods have been updated`, rule);
  if (all > wanted) return overdue(`${all - wanted} old pods are pending termination`, rule);
  if (wanted === 0 || available >= neededAvailable(wanted, rule.thresholdPercent)) return { ready: true };
  return overdue(
    `${available} of ${wanted} (readyThreshold ${rule.thresholdPercent}%) updated pods are available`,
    rule,
  );
}
