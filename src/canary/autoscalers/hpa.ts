import { dig } from '../../kube/object.ts';
import { objectOr } from '../workloads/json.ts';
import { included } from '../workloads/label-filters.ts';
import { boundsOf, floorOf } from './bounds.ts';
import type { Autoscaler, ScalerRequest } from './contract.ts';
import { type PrimaryScaler, renderPrimaryScaler } from './primary-scaler.ts';
import { copied } from './scaler-metadata.ts';

const bounds = boundsOf({ min: 'minReplicas', max: 'maxReplicas', absent: { min: 1, max: Number.POSITIVE_INFINITY } });

/**
 * HorizontalPodAutoscalers. The API server shows one and the same object in every version of `autoscaling`, so references to
 * older versions are read as v2. There is nothing to pause: one whose target is at zero does nothing.
 */
export const horizontalPodAutoscalers: Autoscaler = {
  kind: 'HorizontalPodAutoscaler',
  apiVersion: 'autoscaling/v2',
  primary: (request) => renderPrimaryScaler(horizontalPodAutoscalers, request, copyOf(request)),
  pause: () => undefined,
  resume: () => undefined,
  floor: (scaler) => floorOf(scaler, bounds.min),
  wakes: (scaler) => dig(scaler, 'spec', bounds.min) === 0,
};

/** Annotations are copied by prefix only (Flagger compatibility). */
function copyOf({ canary, ref, scaler, includeLabelPrefix }: ScalerRequest): PrimaryScaler {
  const where = `HorizontalPodAutoscaler ${ref.name}.${canary.namespace}`;
  return {
    bounds,
    missing: `${where} get query error: horizontalpodautoscalers.autoscaling "${ref.name}" not found`,
    labels: copied(scaler?.metadata.labels),
    annotations: copied(included(scaler?.metadata.annotations, includeLabelPrefix)),
    spec: objectOr(scaler?.spec),
  };
}
