import type { AutoscalerRef, Canary } from '../../api/canary.ts';
import type { ObjectRef } from '../../kube/object.ts';
import type { Autoscaler } from './contract.ts';

/** Where the scaler of the target stands. */
export function scalerRef(canary: Canary, ref: AutoscalerRef, { apiVersion, kind }: Autoscaler): ObjectRef {
  return { apiVersion, kind, namespace: canary.namespace, name: ref.name };
}

/** Where the scaler of the primary stands: `<name>-primary`. */
export function primaryScalerRef(canary: Canary, ref: AutoscalerRef, autoscaler: Autoscaler): ObjectRef {
  return { ...scalerRef(canary, ref, autoscaler), name: `${ref.name}-primary` };
}
