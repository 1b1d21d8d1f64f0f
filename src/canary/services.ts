import { type Canary, type Metadata, markerAnnotations, ownerOf } from '../api/canary.ts';
import { equalValues } from '../kube/compare.ts';
import { controllerOf, dig, type KubeObject, type ObjectRef, type StringMap } from '../kube/object.ts';
import type { Selector, ServicePort } from './workloads/contract.ts';
import { defined, isObject, objectOr, objectsOf } from './workloads/json.ts';

/** What the Services of a Canary are made from. */
export interface ServicesRequest {
  readonly canary: Canary;
  readonly selector: Selector;
  /** Ports besides the main one. */
  readonly ports: readonly ServicePort[];
  readonly live: (ref: ObjectRef) => KubeObject | undefined;
}

/**
 * The three Services, complete, made from the live ones where they exist: the target's pods, the primary's pods, and the
 * one that clients know. A Service that needs no change comes back as it is.
 */
export function renderServices(request: ServicesRequest): {
  canary: KubeObject;
  primary: KubeObject;
  apex: KubeObject;
} {
  const { service } = request.canary;
  const { value } = request.selector;
  const primary = `${value}-primary`;
  return {
    canary: render(request, { name: service.canaryName, pods: value, metadata: service.canary }),
    primary: render(request, { name: service.primaryName, pods: primary, metadata: service.primary }),
    apex: render(request, { name: service.apexName, pods: primary, metadata: service.apex }),
  };
}

/**
 * The apex as its owner had it, for `revertOnDeletion`: the selector of the owner's last `kubectl apply`, or the target's
 * pods. `undefined` when it is missing or goes with the Canary anyway.
 */
export function releaseApex(request: ServicesRequest): KubeObject | undefined {
  const { canary, selector } = request;
  const name = canary.service.apexName;
  const live = request.live(refOf(canary, name));
  if (!live || controllerOf(live)?.kind === 'Canary') return undefined;
  const applied = parsed(live.metadata.annotations?.['kubectl.kubernetes.io/last-applied-configuration']);
  if (!applied) return update(request, { name, pods: selector.value, metadata: undefined }, live);
  const { selector: _, ...spec } = objectOr(live.spec);
  return { ...live, spec: { ...spec, ...defined({ selector: dig(applied, 'spec', 'selector') }) } };
}

interface Wanted {
  readonly name: string;
  /** Value of the selector label on the pods behind it. */
  readonly pods: string;
  readonly metadata: Metadata | undefined;
}

function render(request: ServicesRequest, wanted: Wanted): KubeObject {
  const live = request.live(refOf(request.canary, wanted.name));
  return live ? update(request, wanted, live) : create(request, wanted);
}

function create(request: ServicesRequest, wanted: Wanted): KubeObject {
  const { canary, selector } = request;
  const { headless, trafficDistribution } = canary.service;
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: {
      name: wanted.name,
      namespace: canary.namespace,
      labels: labelsOf(request, wanted),
      annotations: annotationsOf(wanted),
      ownerReferences: [ownerOf(canary)],
    },
    spec: defined({
      type: 'ClusterIP',
      clusterIP: headless ? 'None' : undefined,
      selector: { [selector.label]: wanted.pods },
      trafficDistribution,
      ports: portsOf(request),
    }),
  };
}

/**
 * Ports and selector follow the Canary, everything else in the spec is its owner's. Metadata follows only where the Service
 * is the Canary's own; a Service of the user gains the marker annotations, and only when it had to change.
 */
function update(request: ServicesRequest, wanted: Wanted, live: KubeObject): KubeObject {
  const { canary, selector } = request;
  const owner = controllerOf(live);
  const own = owner?.kind === 'Canary' && owner.name === canary.name;
  const present = objectOr(live.spec);
  const ports = portsOf(request);
  const pods = { [selector.label]: wanted.pods };
  const same = equalValues(present.selector, pods) && samePorts(objectsOf(present.ports), ports);
  const steered = same
    ? present
    : { ...present, selector: pods, ports: withNodePorts(ports, objectsOf(present.ports)) };
  if (!own) {
    if (same) return live;
    const annotations = { ...live.metadata.annotations, ...markerAnnotations };
    return { ...live, metadata: { ...live.metadata, annotations }, spec: steered };
  }
  const { unmanaged, trafficDistribution } = canary.service;
  const labels = { ...labelsOf(request, wanted), ...pick(live.metadata.labels, unmanaged.labels) };
  const annotations = { ...annotationsOf(wanted), ...pick(live.metadata.annotations, unmanaged.annotations) };
  const spec = defined({ ...steered, trafficDistribution });
  return { ...live, metadata: { ...live.metadata, labels, annotations }, spec };
}

function labelsOf({ selector }: ServicesRequest, { name, metadata }: Wanted): StringMap {
  return { ...metadata?.labels, [selector.label]: name };
}

function annotationsOf({ metadata }: Wanted): StringMap {
  return { ...metadata?.annotations, ...markerAnnotations };
}

type Port = Record<string, unknown>;

function portsOf({ canary, ports }: ServicesRequest): readonly Port[] {
  const { portName: name, port, targetPort = port, appProtocol } = canary.service;
  return [defined({ name, protocol: 'TCP', port, targetPort, appProtocol }), ...ports.map((each) => ({ ...each }))];
}

/** Whether the ports are the same in any order; node ports are the API server's to choose. */
function samePorts(present: readonly Port[], wanted: readonly Port[]): boolean {
  const plain = ({ nodePort: _, ...port }: Port): Port => ({ protocol: 'TCP', targetPort: port.port, ...port });
  const sorted = (ports: readonly Port[]) => ports.map(plain).sort((a, b) => portKey(a).localeCompare(portKey(b)));
  return equalValues(sorted(present), sorted(wanted));
}

function portKey({ port, protocol, name }: Port): string {
  return `${port}/${protocol}/${name}`;
}

function withNodePorts(ports: readonly Port[], present: readonly Port[]): readonly Port[] {
  return ports.map((port) => {
    const nodePort = present.find(({ name }) => name === port.name)?.nodePort;
    return defined({ ...port, nodePort });
  });
}

function pick(map: StringMap | undefined, keys: readonly string[]): StringMap {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => keys.includes(key)));
}

function refOf(canary: Canary, name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Service', namespace: canary.namespace, name };
}

/** `undefined` for what isn't JSON: then there is nothing to go back to. */
function parsed(text: string | undefined): object | undefined {
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
