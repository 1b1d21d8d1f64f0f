import type { JsonObject, KubeObject } from '../../kube/object.ts';
import { mapField, objectOr } from '../workloads/json.ts';
import { boundsOf, floorOf } from './bounds.ts';
import type { Autoscaler, ScalerRequest } from './contract.ts';
import { type PrimaryScaler, renderPrimaryScaler } from './primary-scaler.ts';
import { withPrimaryQueries } from './queries.ts';
import { copied } from './scaler-metadata.ts';

/** Holds a workload at the number of replicas that it says. */
const PAUSED_REPLICAS = 'autoscaling.keda.sh/paused-replicas';
/** With `true`, holds a workload at the replicas that it has. */
const PAUSED = 'autoscaling.keda.sh/paused';
/** KEDA's own label: the name of the object that carries it. */
const NAME_LABEL = 'scaledobject.keda.sh/name';

const bounds = boundsOf({ min: 'minReplicaCount', max: 'maxReplicaCount', absent: { min: 0, max: 100 } });

/** ScaledObjects of KEDA. One that isn't paused brings a target at zero up again. */
export const scaledObjects: Autoscaler = {
  kind: 'ScaledObject',
  apiVersion: 'keda.sh/v1alpha1',
  primary: (request) => renderPrimaryScaler(scaledObjects, awake(request), copyOf(request)),
  pause: (scaler) => (isAtRest(scaler) ? undefined : annotate('0')),
  // Another number than zero is someone else's, and doesn't keep the canary from running
  resume: (scaler) => (isAtRest(scaler) ? annotate(null) : undefined),
  floor: (scaler) => floorOf(scaler, bounds.min),
  wakes: ({ metadata }) =>
    metadata.annotations?.[PAUSED_REPLICAS] === undefined && metadata.annotations?.[PAUSED] !== 'true',
};

function isAtRest({ metadata }: KubeObject): boolean {
  return metadata.annotations?.[PAUSED_REPLICAS] === '0';
}

function annotate(value: string | null): JsonObject {
  return { metadata: { annotations: { [PAUSED_REPLICAS]: value } } };
}

/**
 * Pausing is done to one object, so it isn't copied: a copy made while the target rests would take the primary to zero. A
 * copy that another controller left behind so is woken.
 */
function awake(request: ScalerRequest): ScalerRequest {
  const { live } = request;
  if (!live || !isAtRest(live)) return request;
  const { [PAUSED_REPLICAS]: _, ...annotations } = live.metadata.annotations ?? {};
  return { ...request, live: { ...live, metadata: { ...live.metadata, annotations } } };
}

function copyOf({ canary, ref, scaler }: ScalerRequest): PrimaryScaler {
  const spec = withPrimaryQueries(objectOr(scaler?.spec), ref.primaryScalerQueries, canary.target.name);
  const where = `Keda ScaledObject ${ref.name}.${canary.namespace}`;
  return {
    bounds,
    missing: `${where} get query error: scaledobjects.keda.sh "${ref.name}" not found`,
    labels: copied(scaler?.metadata.labels, (key) => key !== NAME_LABEL),
    annotations: copied(scaler?.metadata.annotations, (key) => !key.startsWith(PAUSED)),
    spec: mapField(spec, 'advanced', (advanced) => mapField(advanced, 'horizontalPodAutoscalerConfig', renamed)),
  };
}

/** KEDA makes a HorizontalPodAutoscaler of that name; two ScaledObjects can't share one. */
function renamed(config: JsonObject): JsonObject {
  const { name } = config;
  return typeof name === 'string' && name !== '' ? { ...config, name: `${name}-primary` } : config;
}
