import { type Canary, ownerOf } from '../../api/canary.ts';
import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import { discoverPorts } from './container-ports.ts';
import type { PrimaryRequest, Selector, Workload, WorkloadOptions } from './contract.ts';
import { deploymentReadiness } from './deployment-readiness.ts';
import { defined, objectOr } from './json.ts';
import { included, withoutToolkit } from './label-filters.ts';
import { carriesPromotion, primaryTemplate, primaryValue } from './pod-template.ts';
import { templateRevision } from './revision.ts';

/** Fields of a Deployment's spec that the primary takes over besides the template. */
const rolloutFields = ['progressDeadlineSeconds', 'minReadySeconds', 'revisionHistoryLimit', 'strategy'] as const;

/** Deployments as targets. */
export function createDeployments(options: WorkloadOptions): Workload {
  return {
    kind: 'Deployment',
    selector: (canary, target) => selectorOf(canary, target, options.selectorLabels),
    ports: discoverPorts,
    revision: templateRevision,
    primary: (request) => (request.live ? promote(request, request.live, options) : create(request, options)),
    promoted: carriesPromotion,
    readiness: deploymentReadiness,
    atZero: (target) => replicasOf(target) === 0,
    toZero: (target) => scale(target, 0),
    fromZero,
    restore: (target, primary) =>
      primary ? scale(target, replicasOf(primary)) : fromZero(target, undefined, undefined),
  };
}

function selectorOf(
  canary: Canary,
  target: KubeObject,
  accepted: readonly string[],
): Selector | { readonly impossible: string } {
  for (const label of accepted) {
    const value = dig(target, 'spec', 'selector', 'matchLabels', label);
    if (typeof value === 'string') return { label, value };
  }
  const name = `${canary.target.name}.${canary.namespace}`;
  const demand = `spec.selector.matchLabels must contain one of [${accepted.join(' ')}]`;
  return { impossible: `getSelectorLabel failed: deployment ${name} ${demand}` };
}

function create(request: PrimaryRequest, options: WorkloadOptions): KubeObject {
  const { canary, target, selector } = request;
  const { labels, annotations } = target.metadata;
  return {
    apiVersion: target.apiVersion,
    kind: target.kind,
    metadata: {
      name: canary.primaryName,
      namespace: canary.namespace,
      labels: { ...included(labels, options.includeLabelPrefix), [selector.label]: primaryValue(selector) },
      annotations: withoutToolkit(annotations),
      ownerReferences: [ownerOf(canary)],
    },
    spec: {
      ...rolloutOf(target),
      replicas: replicasOf(target) || 1,
      selector: { matchLabels: { [selector.label]: primaryValue(selector) } },
      template: primaryTemplate(request, options.selectorLabels),
    },
  };
}

/** What the target doesn't set is unset here as well; what isn't the target's to say stays. */
function promote(request: PrimaryRequest, live: KubeObject, options: WorkloadOptions): KubeObject {
  const { target, selector, autoscaled } = request;
  const { labels, annotations } = target.metadata;
  const wanted = replicasOf(target);
  const spec = Object.entries(objectOr(live.spec)).filter(([field]) => !isRolloutField(field));
  return {
    ...live,
    metadata: {
      ...live.metadata,
      labels: { ...included(labels, options.includeLabelPrefix), [selector.label]: primaryValue(selector) },
      annotations: included(annotations, options.includeLabelPrefix),
    },
    spec: {
      ...Object.fromEntries(spec),
      ...rolloutOf(target),
      // A target at zero says nothing about how many the primary needs
      replicas: autoscaled || wanted === 0 ? replicasOf(live) : wanted,
      template: primaryTemplate(request, options.selectorLabels),
    },
  };
}

function isRolloutField(field: string): boolean {
  return rolloutFields.some((each) => each === field);
}

function rolloutOf(target: KubeObject): Record<string, unknown> {
  return defined(Object.fromEntries(rolloutFields.map((field) => [field, dig(target, 'spec', field)])));
}

function fromZero(target: KubeObject, primary: KubeObject | undefined, floor: number | undefined) {
  if (replicasOf(target) > 0) return undefined;
  return scale(target, Math.max(floor ?? (primary ? replicasOf(primary) : 1), 1));
}

function scale(target: KubeObject, replicas: number): JsonObject | undefined {
  return replicasOf(target) === replicas ? undefined : { spec: { replicas } };
}

/** An absent number means one (Kubernetes API conventions). */
function replicasOf(object: KubeObject): number {
  const replicas = dig(object, 'spec', 'replicas');
  return typeof replicas === 'number' ? replicas : 1;
}
