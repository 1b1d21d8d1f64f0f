import type { AutoscalerRef } from '../../api/canary.ts';
import { dig, type KubeObject } from '../../kube/object.ts';
import { numberOf } from '../workloads/json.ts';
import type { ScalerRequest } from './contract.ts';

/** How a kind of autoscaler spells the least and the largest number of replicas. */
export interface BoundFields {
  readonly min: string;
  readonly max: string;
  /** What an absent field means. */
  readonly absent: { readonly min: number; readonly max: number };
}

/** The bounds of a kind of autoscaler. */
export interface Bounds extends BoundFields {
  /** Fields of the primary's spec: those of the target's scaler, or what `primaryScalerReplicas` says instead. */
  wanted(scaler: KubeObject, ref: AutoscalerRef): { readonly [field: string]: unknown };
}

export function boundsOf(fields: BoundFields): Bounds {
  return {
    ...fields,
    wanted: (scaler, ref) => ({
      [fields.min]: ref.primaryMinReplicas ?? dig(scaler, 'spec', fields.min),
      [fields.max]: ref.primaryMaxReplicas ?? dig(scaler, 'spec', fields.max),
    }),
  };
}

/**
 * Why `primaryScalerReplicas` doesn't go with the other bound, which comes from the target's scaler. Bounds that are copied
 * as they are stay their owner's business.
 */
export function contradiction(bounds: Bounds, { canary, ref }: ScalerRequest, scaler: KubeObject): string | undefined {
  if (ref.primaryMinReplicas === undefined && ref.primaryMaxReplicas === undefined) return undefined;
  const wanted = bounds.wanted(scaler, ref);
  const min = numberOf(wanted[bounds.min]) ?? bounds.absent.min;
  const max = numberOf(wanted[bounds.max]) ?? bounds.absent.max;
  if (min <= max) return undefined;
  const source = `${ref.kind} ${ref.name}.${canary.namespace}`;
  const field = 'spec.autoscalerRef.primaryScalerReplicas';
  return `${field}: with ${source} the primary would get at least ${min} and at most ${max} replicas: set both bounds so that they agree`;
}

/** Replicas with which a target begins: the least that its scaler asks for, and at least one. */
export function floorOf(scaler: KubeObject | undefined, field: string): number {
  return Math.max(numberOf(dig(scaler, 'spec', field)) ?? 1, 1);
}
