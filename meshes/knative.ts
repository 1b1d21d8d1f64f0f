import type { Canary } from '../src/api/canary.ts';
import { latestRevision, PRIMARY_REVISION, primaryRevision } from '../src/api/knative.ts';
import { dig, type JsonObject, type KubeObject, type ObjectRef } from '../src/kube/object.ts';
import type { Live, Mesh, ReadTraffic, Rendered, RouteRequest, Settled } from './contract.ts';
import { claimedByAnother, notFound } from './ownership.ts';

/**
 * Knative: the target carries the weights itself. The latest revision is the canary, and the one that an annotation names is
 * the primary.
 */
export function knative(): Mesh {
  return {
    providers: ['knative'],
    can: { weights: true, match: false, mirror: 'never', affinity: false },
    refs: (canary) => [serviceRef(canary)],
    render,
    read: (canary, live) => read(live(serviceRef(canary)), canary),
    release,
    settled,
  };
}

const plural = 'services.serving.knative.dev';

function serviceRef({ namespace, target }: Canary): ObjectRef {
  return { apiVersion: target.apiVersion, kind: target.kind, namespace, name: target.name };
}

function render({ canary, traffic }: RouteRequest, live: Live): Rendered {
  const ref = serviceRef(canary);
  const service = live(ref);
  if (!service) return { impossible: notFound(ref, plural) };
  const claimed = claimedByAnother(service, canary);
  if (claimed) return { impossible: claimed };
  const primary = primaryOf(service);
  if (primary === undefined) return { impossible: `Knative Service ${ref.name}.${ref.namespace} has no revision yet` };
  const entries = trafficOf(service);
  const sides = [
    { ...tagOf(entries.find(isLatest)), latestRevision: true, percent: traffic.canary },
    { ...tagOf(entries.find((entry) => !isLatest(entry))), revisionName: primary, percent: traffic.primary },
  ];
  return { objects: [withTraffic(annotated(service, primary), sides)] };
}

/**
 * Where the annotation was lost, the route still says which revision it was; before the first route it is the one that runs.
 */
function primaryOf(service: KubeObject): string | undefined {
  const routed = trafficOf(service).find((entry) => typeof entry['revisionName'] === 'string')?.['revisionName'];
  return primaryRevision(service) ?? (typeof routed === 'string' && routed !== '' ? routed : latestRevision(service));
}

function read(service: KubeObject | undefined, canary: Canary): ReadTraffic {
  const ref = serviceRef(canary);
  if (!service) return { unreadable: notFound(ref, plural) };
  const entries = trafficOf(service);
  const toCanary = entries.find(isLatest)?.['percent'];
  const toPrimary = entries.find(
    ({ revisionName }) => revisionName !== undefined && revisionName === primaryOf(service),
  );
  const percent = toPrimary?.['percent'];
  if (typeof toCanary !== 'number' || typeof percent !== 'number' || toCanary + percent !== 100) {
    return { unreadable: `Knative Service ${ref.name}.${ref.namespace} traffic spec invalid` };
  }
  return { traffic: { primary: percent, canary: toCanary, mirror: false } };
}

/** All traffic to whatever is newest, as Knative does by itself. */
function release(canary: Canary, live: Live): Rendered {
  const service = live(serviceRef(canary));
  if (!service || primaryRevision(service) === undefined) return { objects: [] };
  const { [PRIMARY_REVISION]: _, ...annotations } = service.metadata.annotations ?? {};
  const free = { ...service, metadata: { ...service.metadata, annotations } };
  return { objects: [withTraffic(free, [{ latestRevision: true, percent: 100 }])] };
}

/** Knative takes routes over when it has seen the spec and says that all of them are ready. */
function settled(canary: Canary, live: Live): Settled {
  const service = live(serviceRef(canary));
  const observed = dig(service, 'status', 'observedGeneration');
  if (!service || typeof observed !== 'number') return { settled: true };
  const { name, namespace, generation = 0 } = service.metadata;
  if (observed >= generation && !routesPending(service)) return { settled: true };
  return { settled: false, waiting: `Knative Service ${name}.${namespace} has not taken its traffic over yet` };
}

function routesPending(service: KubeObject): boolean {
  const conditions = dig(service, 'status', 'conditions');
  if (!Array.isArray(conditions)) return false;
  const routes: unknown = conditions.find((condition) => dig(condition, 'type') === 'RoutesReady');
  return routes !== undefined && dig(routes, 'status') !== 'True';
}

function trafficOf(service: KubeObject): readonly JsonObject[] {
  const traffic = dig(service, 'spec', 'traffic');
  return Array.isArray(traffic) ? (traffic as readonly JsonObject[]) : [];
}

/** An absent `latestRevision` means false. */
function isLatest(entry: JsonObject): boolean {
  return entry['latestRevision'] === true;
}

/** A tag gives a side an address of its own, which its owner may use. */
function tagOf(entry: JsonObject | undefined): JsonObject {
  const tag = entry?.['tag'];
  return typeof tag === 'string' ? { tag } : {};
}

function annotated(service: KubeObject, primary: string): KubeObject {
  const annotations = { ...service.metadata.annotations, [PRIMARY_REVISION]: primary };
  return { ...service, metadata: { ...service.metadata, annotations } };
}

function withTraffic(service: KubeObject, traffic: readonly JsonObject[]): KubeObject {
  return { ...service, spec: { ...(service.spec as JsonObject), traffic } };
}
