import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import { neededAvailable } from './available.ts';
import type { Readiness, ReadinessRule } from './contract.ts';
import { numberOf, objectsOf } from './json.ts';
import { unfinished, unfinishedSince } from './waiting.ts';

/**
 * Whether a Deployment has rolled out. Sentences are those of the reference (Flagger compatibility). Permanent once the
 * Deployment itself gave up, or was short of available replicas for as long as the rule's deadline.
 */
export function deploymentReadiness(object: KubeObject, rule: ReadinessRule): Readiness {
  const status = (field: string) => numberOf(dig(object, 'status', field)) ?? 0;
  if ((object.metadata.generation ?? 0) > status('observedGeneration')) {
    return unfinished('observed deployment generation less than desired generation');
  }
  const progressing = condition(object, 'Progressing');
  if (progressing?.reason === 'ProgressDeadlineExceeded') {
    const why = `deployment "${object.metadata.name}" exceeded its progress deadline`;
    return { ready: false, why, permanent: true };
  }
  const why = shortfall(object, rule.thresholdPercent);
  if (why === undefined) return { ready: true };
  const since = progressing && unavailableSince(object);
  return since === undefined ? unfinished(why) : unfinishedSince(since, why, rule);
}

/** What is missing to a complete rollout; `undefined` when nothing is. */
function shortfall(object: KubeObject, thresholdPercent: number): string | undefined {
  const status = (field: string) => numberOf(dig(object, 'status', field)) ?? 0;
  const wanted = numberOf(dig(object, 'spec', 'replicas'));
  const [updated, all, available] = [status('updatedReplicas'), status('replicas'), status('availableReplicas')];
  if (wanted !== undefined && updated < wanted) {
    return `${updated} out of ${wanted} new replicas have been updated`;
  }
  if (all > updated) return `${all - updated} old replicas are pending termination`;
  if (wanted !== 0 && available < neededAvailable(updated, thresholdPercent)) {
    return `${available} of ${updated} (readyThreshold ${thresholdPercent}%) updated replicas are available`;
  }
  return undefined;
}

/** Milliseconds since the epoch; `undefined` while enough replicas are available. */
function unavailableSince(object: KubeObject): number | undefined {
  const available = condition(object, 'Available');
  if (available?.status !== 'False' || available.reason !== 'MinimumReplicasUnavailable') return undefined;
  const since = Date.parse(String(available.lastUpdateTime));
  return Number.isNaN(since) ? undefined : since;
}

function condition(object: KubeObject, type: string): JsonObject | undefined {
  return objectsOf(dig(object, 'status', 'conditions')).find((each) => each.type === type);
}
