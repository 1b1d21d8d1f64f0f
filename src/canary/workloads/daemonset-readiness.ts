import { dig, type KubeObject } from '../../kube/object.ts';
import { neededAvailable } from './available.ts';
import type { Readiness, ReadinessRule } from './contract.ts';
import { numberOf } from './json.ts';
import { overdue, unfinished } from './waiting.ts';

/**
 * Whether a DaemonSet has rolled out. Sentences are those of the reference (Flagger compatibility). It has no conditions, so
 * the deadline counts from when the wait began. One that no node is to run is not ready: nothing would answer.
 */
export function daemonSetReadiness(object: KubeObject, rule: ReadinessRule): Readiness {
  const status = (field: string) => numberOf(dig(object, 'status', field)) ?? 0;
  if ((object.metadata.generation ?? 0) > status('observedGeneration')) {
    return unfinished('observed daemonset generation less than desired generation');
  }
  const desired = status('desiredNumberScheduled');
  const [updated, available] = [status('updatedNumberScheduled'), status('numberAvailable')];
  if (desired === 0) return overdue('no node is to run it', rule);
  if (updated < desired) return overdue(`${updated} out of ${desired} new pods have been updated`, rule);
  if (available >= neededAvailable(desired, rule.thresholdPercent)) return { ready: true };
  const share = `${available} of ${desired} (readyThreshold ${rule.thresholdPercent}%)`;
  return overdue(`${share} updated pods are available`, rule);
}
