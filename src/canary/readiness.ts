import type { Scene } from './observation.ts';
import type { Readiness, ReadinessRule } from './workloads/contract.ts';

/** Readiness of the stable copy; one that is missing or was scaled to zero by hand serves nobody. */
export function primaryReadiness(scene: Scene): Readiness {
  return scene.sides.primaryReadiness(readinessRule(scene, scene.canary.analysis.primaryReadyThreshold));
}

/** Readiness of the target as the canary of a run. */
export function canaryReadiness(scene: Scene): Readiness {
  return scene.sides.canaryReadiness(readinessRule(scene, scene.canary.analysis.canaryReadyThreshold));
}

/** How long and for how many replicas is waited. */
export function readinessRule(scene: Scene, thresholdPercent: number): ReadinessRule {
  const { canary, at: now, status } = scene;
  // Each decision restarts the clock (Flagger compatibility): pods that blink late in a long stage get their whole deadline
  const since = Date.parse(status.lastTransitionTime ?? status.run?.since ?? '');
  const waitingSince = Number.isNaN(since) ? now : since;
  return { thresholdPercent, deadlineMs: canary.progressDeadlineMs, now, waitingSince };
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
