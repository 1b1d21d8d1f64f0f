import { ownerOf } from '../../api/canary.ts';
import { controllerOf, dig, type JsonObject, type KubeObject, type StringMap } from '../../kube/object.ts';
import type { Impossible } from '../workloads/contract.ts';
import { defined, objectOr } from '../workloads/json.ts';
import { type Bounds, contradiction } from './bounds.ts';
import type { Autoscaler, ScalerRequest } from './contract.ts';
import { merged } from './scaler-metadata.ts';
import { primaryScalerRef } from './scaler-refs.ts';

/** What a kind of autoscaler says about the copy for the primary. */
export interface PrimaryScaler {
  readonly bounds: Bounds;
  /** Event text for a scaler that isn't there (Flagger compatibility). */
  readonly missing: string;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  /** The spec of the target's scaler, turned to the primary in all but name and bounds. */
  readonly spec: JsonObject;
}

/** The primary's scaler, complete, by the rules of its kind; see `Autoscaler.primary`. */
export function renderPrimaryScaler(
  autoscaler: Autoscaler,
  request: ScalerRequest,
  copy: PrimaryScaler,
): KubeObject | Impossible {
  const { canary, ref, scaler, live, follow } = request;
  if (!scaler) return live ?? { impossible: copy.missing };
  // A write to what is being deleted would be in vain; once it is gone it is made anew
  if (live?.metadata.deletionTimestamp !== undefined) return live;
  const impossible =
    alreadyOnPrimary(request, scaler) ?? takenBy(request) ?? contradiction(copy.bounds, request, scaler);
  if (impossible !== undefined) return { impossible };
  const bounds = copy.bounds.wanted(scaler, ref);
  if (live && follow === 'bounds') return { ...live, spec: defined({ ...objectOr(live.spec), ...bounds }) };
  const spec = defined({ ...turned(copy.spec, canary.primaryName), ...bounds });
  if (!live) return created(autoscaler, request, copy, spec);
  return { ...live, metadata: merged(live, copy.labels, copy.annotations), spec };
}

function created(
  autoscaler: Autoscaler,
  { canary, ref }: ScalerRequest,
  { labels, annotations }: PrimaryScaler,
  spec: Record<string, unknown>,
): KubeObject {
  const { apiVersion, kind, name } = primaryScalerRef(canary, ref, autoscaler);
  const ownerReferences = [ownerOf(canary)];
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: canary.namespace, labels, annotations, ownerReferences },
    spec,
  };
}

function turned(spec: JsonObject, primaryName: string): JsonObject {
  return { ...spec, scaleTargetRef: { ...objectOr(spec['scaleTargetRef']), name: primaryName } };
}

/** Two scalers on one workload work against each other; Kubernetes then stops both. */
function alreadyOnPrimary({ canary, ref }: ScalerRequest, scaler: KubeObject): string | undefined {
  if (dig(scaler, 'spec', 'scaleTargetRef', 'name') !== canary.primaryName) return undefined;
  const own = `${ref.kind} ${ref.name}.${canary.namespace} scales ${canary.primaryName}`;
  return `${own}, which gets a scaler of its own: point it to ${canary.target.name}, or remove spec.autoscalerRef`;
}

function takenBy({ canary, ref, live }: ScalerRequest): string | undefined {
  const owner = live && controllerOf(live);
  if (!owner || (owner.kind === 'Canary' && owner.name === canary.name)) return undefined;
  const copy = `${ref.kind} ${ref.name}-primary.${canary.namespace}`;
  return `${copy} belongs to ${owner.kind} ${owner.name}: give the target a scaler of another name in spec.autoscalerRef`;
}
