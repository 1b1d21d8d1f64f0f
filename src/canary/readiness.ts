import type { Scene } from './observation.ts';
import type { Readiness } from './workloads/contract.ts';
import { carriesPrimaryLabel } from './workloads/primary-labels.ts';

/** Readiness of the stable copy; one that is missing or was scaled to zero by hand serves nobody. */
export function primaryReadiness(scene: Scene): Readiness {
  const { canary, primary, workload, selector } = scene;
  if (!primary) return notYet('waiting for rollout to finish: it does not exist yet');
  if (canary.autoscalerRef === undefined && workload.atZero(primary)) {
    return notYet('it is scaled to zero, so nothing would answer');
  }
  if (!carriesPrimaryLabel(primary, selector)) {
    return notYet(`its pods lack the label ${selector.label}=${selector.value}-primary that its Service selects`);
  }
  return workload.readiness(primary, rule(scene, canary.analysis.primaryReadyThreshold));
}

/** Readiness of the target as the canary of a run. */
export function canaryReadiness(scene: Scene): Readiness {
  const { canary, target, workload } = scene;
  if (workload.atZero(target)) return notYet('waiting for rollout to finish: it is being scaled up');
  return workload.readiness(target, rule(scene, canary.analysis.canaryReadyThreshold));
}

function rule(scene: Scene, thresholdPercent: number) {
  const { canary, at: now, status } = scene;
  // Each decision restarts the clock (Flagger compatibility): pods that blink late in a long stage get their whole deadline
  const since = Date.parse(status.lastTransitionTime ?? status.run?.since ?? '');
  const waitingSince = Number.isNaN(since) ? now : since;
  return { thresholdPercent, deadlineMs: canary.progressDeadlineMs, now, waitingSince };
}

function notYet(why: string): Readiness {
  return { ready: false, why, permanent: false };
}

/** Event text for the primary (Flagger compatibility). */
export function primaryNotReady(scene: Scene, why: string): string {
  return `${scene.canary.primaryName}.${scene.canary.namespace} not ready: ${why}`;
}

/** Event text for the canary (Flagger compatibility). */
export function canaryNotReady(scene: Scene, why: string): string {
  const { canary } = scene;
  return `canary ${canary.target.kind.toLowerCase()} ${canary.target.name}.${canary.namespace} not ready: ${why}`;
}
