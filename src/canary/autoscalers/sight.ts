import type { AutoscalerRef, Canary } from '../../api/canary.ts';
import type { JsonObject, KubeObject } from '../../kube/object.ts';
import type { Impossible, Lookup } from '../workloads/contract.ts';
import type { Autoscaler, Follow } from './contract.ts';
import { autoscalerFor } from './registry.ts';
import { primaryScalerRef, scalerRef } from './scaler-refs.ts';

/** The autoscaling of a Canary as seen now. */
export interface ScalerSight {
  readonly autoscaler: Autoscaler;
  readonly ref: AutoscalerRef;
  /** Scales the target; `undefined` while it doesn't exist. */
  readonly scaler: KubeObject | undefined;
  /** Scales the primary; `undefined` while it doesn't exist. */
  readonly primary: KubeObject | undefined;
}

/** Looks both scalers up; `undefined` when the Canary names none, or one of a kind that nobody here knows. */
export function seeScalers(canary: Canary, live: Lookup): ScalerSight | undefined {
  const ref = canary.autoscalerRef;
  const autoscaler = ref && autoscalerFor(ref);
  if (!ref || !autoscaler) return undefined;
  const scaler = live(scalerRef(canary, ref, autoscaler));
  return { autoscaler, ref, scaler, primary: live(primaryScalerRef(canary, ref, autoscaler)) };
}

/** The primary's scaler, complete; see `Autoscaler.primary`. */
export function renderPrimaryScalerOf(
  { autoscaler, ref, scaler, primary: live }: ScalerSight,
  canary: Canary,
  follow: Follow,
  includeLabelPrefix: readonly string[],
): KubeObject | Impossible {
  return autoscaler.primary({ canary, ref, scaler, live, follow, includeLabelPrefix });
}

/** Merge patch that makes the target's scaler rest or work; `undefined` when it does, or when there is none. */
export function scalerPatch(sight: ScalerSight | undefined, wanted: 'resting' | 'working'): JsonObject | undefined {
  if (!sight?.scaler) return undefined;
  const { autoscaler, scaler } = sight;
  return wanted === 'resting' ? autoscaler.pause(scaler) : autoscaler.resume(scaler);
}

/** Replicas with which a target comes up that has an autoscaler; `undefined` without one. */
export function scalerFloor(sight: ScalerSight | undefined): number | undefined {
  return sight?.autoscaler.floor(sight.scaler);
}

/**
 * Whether a primary at zero will be woken when it is needed. A HorizontalPodAutoscaler doesn't do that: such a primary
 * serves nobody until someone scales it up.
 */
export function wakesPrimary(sight: ScalerSight | undefined): boolean {
  return sight?.primary !== undefined && sight.autoscaler.wakes(sight.primary);
}
