import type { AutoscalerRef, Canary } from '../../api/canary.ts';
import type { JsonObject, KubeObject } from '../../kube/object.ts';
import type { Impossible } from '../workloads/contract.ts';

/**
 * How much of the target's scaler the primary's copy takes over. `bounds`: only how many replicas there may be at least and
 * at most, while the target's scaler may already belong to a revision that the primary doesn't run.
 */
export type Follow = 'everything' | 'bounds';

export interface ScalerRequest {
  readonly canary: Canary;
  /** `canary.autoscalerRef`. */
  readonly ref: AutoscalerRef;
  /** The scaler of the target, as `ref` names it. */
  readonly scaler: KubeObject | undefined;
  /** The primary's scaler as it is, when it exists. */
  readonly live: KubeObject | undefined;
  readonly follow: Follow;
  /** Prefixes of annotations that a copy takes over; as for workloads. */
  readonly includeLabelPrefix: readonly string[];
}

/** A kind of autoscaler: objects in, objects out. Holds no client and no clock. */
export interface Autoscaler {
  readonly kind: AutoscalerRef['kind'];
  /** The version in which it is read and written, whatever version the reference names (Flagger compatibility). */
  readonly apiVersion: string;
  /**
   * The primary's scaler, complete. The live one comes back as it is while the target has no scaler, so that a primary
   * that runs keeps its own. `impossible`: why there can be none, as a sentence that names the remedy.
   */
  primary(request: ScalerRequest): KubeObject | Impossible;
  /** Merge patch after which the scaler of the target leaves it at zero; `undefined` when it does already. */
  pause(scaler: KubeObject): JsonObject | undefined;
  /** Merge patch that takes `pause` back; `undefined` when there is nothing to take back. */
  resume(scaler: KubeObject): JsonObject | undefined;
  /** Replicas that a target coming up from zero begins with; at least one, also when there is no scaler. */
  floor(scaler: KubeObject | undefined): number;
  /** Whether the scaler by itself brings up a workload that is at zero. */
  wakes(scaler: KubeObject): boolean;
}
