import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import type { PrimaryRequest, Workload } from './contract.ts';

/** Scaling of kinds that have `spec.replicas`. An absent number means one (Kubernetes API conventions). */
export const byReplicas: Pick<Workload, 'atZero' | 'toZero' | 'fromZero' | 'restore'> = {
  atZero: (target) => replicasOf(target) === 0,
  toZero: (target) => scale(target, 0),
  fromZero,
  restore: (target, primary) =>
    // A target that runs keeps at least what it has: someone may have scaled it up by hand
    primary ? scale(target, Math.max(replicasOf(target), replicasOf(primary))) : fromZero(target, undefined, undefined),
};

/**
 * Replicas of the primary: as many as the target has, unless an autoscaler or a target at zero leaves the number to the
 * primary itself. Never zero: a primary at zero serves nobody, and a HorizontalPodAutoscaler doesn't wake it up.
 */
export function primaryReplicas({ target, live, autoscaled }: PrimaryRequest): number {
  const wanted = replicasOf(target);
  const own = live !== undefined && (autoscaled || wanted === 0);
  return Math.max(own ? replicasOf(live) : wanted, 1);
}

function fromZero(target: KubeObject, primary: KubeObject | undefined, floor: number | undefined) {
  if (replicasOf(target) > 0) return undefined;
  return scale(target, Math.max(floor ?? (primary ? replicasOf(primary) : 1), 1));
}

function scale(target: KubeObject, replicas: number): JsonObject | undefined {
  return replicasOf(target) === replicas ? undefined : { spec: { replicas } };
}

function replicasOf(object: KubeObject): number {
  const replicas = dig(object, 'spec', 'replicas');
  return typeof replicas === 'number' ? replicas : 1;
}
