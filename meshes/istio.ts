import { type Canary, markerAnnotations } from '../src/api/canary.ts';
import { dig, type KubeObject, type ObjectRef } from '../src/kube/object.ts';
import { assemble, specOf } from './assemble.ts';
import { apexLabels, type Live, type Mesh, type ReadTraffic, type Rendered, type RouteRequest } from './contract.ts';
import { isTcp, istioRoutes } from './istio-routes.ts';
import { istioWeights } from './istio-weights.ts';
import { rememberOriginal, restoreOriginals } from './original.ts';
import { claimedByAnother, notFound } from './ownership.ts';
import { present } from './present.ts';

const apiVersion = 'networking.istio.io/v1beta1';

/** Istio: one VirtualService on the apex, and a DestinationRule for each side. */
export function istio(): Mesh {
  return {
    providers: ['istio'],
    can: { weights: true, match: true, mirror: 'always', affinity: true },
    refs,
    render,
    read,
    release: (canary, live) => restoreOriginals(refs(canary).map(live), canary),
    settled: () => ({ settled: true }),
  };
}

function refs(canary: Canary): ObjectRef[] {
  return [...ruleRefs(canary), virtualServiceRef(canary)];
}

function virtualServiceRef({ namespace, service }: Canary): ObjectRef {
  return { apiVersion, kind: 'VirtualService', namespace, name: service.apexName };
}

function ruleRefs({ namespace, service }: Canary): ObjectRef[] {
  const kind = 'DestinationRule';
  return [service.canaryName, service.primaryName].map((name) => ({ apiVersion, kind, namespace, name }));
}

function render(request: RouteRequest, live: Live): Rendered {
  const { canary } = request;
  const ref = virtualServiceRef(canary);
  const impossible = delegationConflict(canary) ?? claimedByAnother(live(ref), canary);
  if (impossible) return { impossible };
  const rules = ruleRefs(canary).map((rule) => renderRule(rule, live(rule), request));
  return { objects: [...rules, renderVirtualService(ref, live(ref), request)] };
}

function delegationConflict({ namespace, service }: Canary): string | undefined {
  if (!service.delegation || service.hosts.length + service.gateways.length === 0) return undefined;
  return `VirtualService ${service.apexName}.${namespace} cannot have hosts and gateways when delegation enabled`;
}

/** Subsets and what else others put into a rule stay. */
function renderRule(ref: ObjectRef, live: KubeObject | undefined, request: RouteRequest): KubeObject {
  const { trafficPolicy: _, ...others } = specOf(live);
  const { trafficPolicy } = request.canary.service;
  const spec = { ...others, host: ref.name, ...present({ trafficPolicy }) };
  // Without an owner reference a rule of ours can't be told from one of the user's.
  const annotations = request.owned ? rememberOriginal(live, request) : {};
  return assemble({ ref, labels: {}, annotations, spec }, live, request);
}

const decided = new Set(['hosts', 'gateways', 'http', 'tcp']);

/** Hosts, gateways and routes are ours; `tls`, `exportTo` and unknown fields stay. */
function renderVirtualService(ref: ObjectRef, live: KubeObject | undefined, request: RouteRequest): KubeObject {
  const { service } = request.canary;
  const others = Object.entries(specOf(live)).filter(([field]) => !decided.has(field));
  const gateways = service.gateways.length > 0 ? service.gateways : ['mesh'];
  const scope = service.delegation ? { hosts: [] } : { hosts: hostsOf(request.canary), gateways };
  const wanted = {
    ref,
    labels: apexLabels(request),
    annotations: { ...service.apex?.annotations, ...markerAnnotations, ...rememberOriginal(live, request) },
    spec: { ...Object.fromEntries(others), ...scope, ...istioRoutes(request) },
  };
  return assemble(wanted, live, request);
}

function hostsOf({ service: { hosts, apexName } }: Canary): readonly string[] {
  return hosts.includes(apexName) || hosts.includes('*') ? hosts : [...hosts, apexName];
}

function read(canary: Canary, live: Live): ReadTraffic {
  const ref = virtualServiceRef(canary);
  const object = live(ref);
  if (!object) return { unreadable: notFound(ref, 'virtualservices.networking.istio.io') };
  return istioWeights(dig(object, 'spec', isTcp(canary) ? 'tcp' : 'http'), object, canary);
}
