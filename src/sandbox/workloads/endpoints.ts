import type { Cluster } from '../../kube/cluster.ts';
import { equalObjects } from '../../kube/compare.ts';
import {
  dig,
  type JsonObject,
  type Kind,
  type KubeObject,
  type ObjectRef,
  refOf,
  type StringMap,
} from '../../kube/object.ts';
import { type Controller, keyOf } from './controller.ts';
import {
  ENDPOINT_SLICE,
  isKind,
  POD,
  POD_ADDRESS,
  PORT_ANNOTATION,
  PORTS_ANNOTATION,
  SERVICE,
  SERVICE_NAME_LABEL,
} from './kinds.ts';
import { nameSuffix } from './name-suffix.ts';
import { controlledBy } from './owned.ts';
import { isPodReady } from './pod-status.ts';

const MANAGER_LABEL = 'endpointslice.kubernetes.io/managed-by';
const MANAGER = 'sandbox.sluice.dev';
const SUFFIX_LENGTH = 5;

/** Keeps one EndpointSlice per Service that selects pods. */
export class EndpointsController implements Controller {
  readonly #cluster: Cluster;

  constructor(cluster: Cluster) {
    this.#cluster = cluster;
  }

  concerns(object: KubeObject): readonly string[] {
    if (isKind(object, SERVICE)) return [keyOf(object)];
    if (isKind(object, ENDPOINT_SLICE)) {
      const name = object.metadata.labels?.[SERVICE_NAME_LABEL];
      const ours = object.metadata.labels?.[MANAGER_LABEL] === MANAGER && name !== undefined;
      return ours ? [keyOf({ metadata: { ...object.metadata, name } })] : [];
    }
    if (!isKind(object, POD)) return [];
    return this.#cluster
      .list(SERVICE, object.metadata.namespace)
      .filter((service) => selects(service, object))
      .map(keyOf);
  }

  async visit(ref: Omit<ObjectRef, keyof Kind>): Promise<undefined> {
    const service = this.#cluster.get({ ...ref, ...SERVICE });
    if (!service || service.metadata.deletionTimestamp !== undefined) return;
    const name = `${service.metadata.name}-${nameSuffix(service.metadata.uid ?? '', SUFFIX_LENGTH)}`;
    const live = this.#cluster.get({ ...ENDPOINT_SLICE, ...ref, name });
    if (selectorOf(service) === undefined) {
      if (live) await this.#cluster.delete(refOf(live));
      return;
    }
    const pods = this.#cluster.list(POD, ref.namespace).filter((pod) => selects(service, pod));
    const slice = sliceOf(service, name, pods);
    if (!live) await this.#cluster.create(slice);
    else if (!equalObjects(live, slice)) {
      const { resourceVersion = '' } = live.metadata;
      await this.#cluster.update({ ...slice, metadata: { ...slice.metadata, resourceVersion } });
    }
  }
}

function selectorOf(service: KubeObject): StringMap | undefined {
  const selector = dig(service, 'spec', 'selector') as StringMap | undefined;
  return selector && Object.keys(selector).length > 0 ? selector : undefined;
}

function selects(service: KubeObject, pod: KubeObject): boolean {
  const selector = selectorOf(service);
  const labels = pod.metadata.labels ?? {};
  return selector !== undefined && Object.entries(selector).every(([label, value]) => labels[label] === value);
}

/** Pods without a port aren't there yet. Real ports stand in an annotation, since a slice has one port for all. */
function sliceOf(service: KubeObject, name: string, all: readonly KubeObject[]): KubeObject {
  const { namespace } = service.metadata;
  const pods = all
    .filter((pod) => pod.metadata.annotations?.[PORT_ANNOTATION] !== undefined && dig(pod, 'status', 'podIP'))
    .toSorted((a, b) => (a.metadata.name < b.metadata.name ? -1 : 1));
  const ports = pods.map((pod) => [pod.metadata.name, Number(pod.metadata.annotations?.[PORT_ANNOTATION])]);
  return {
    ...ENDPOINT_SLICE,
    metadata: {
      name,
      ...(namespace === undefined ? {} : { namespace }),
      labels: { [SERVICE_NAME_LABEL]: service.metadata.name, [MANAGER_LABEL]: MANAGER },
      annotations: { [PORTS_ANNOTATION]: JSON.stringify(Object.fromEntries(ports)) },
      ownerReferences: [controlledBy(service)],
    },
    addressType: 'IPv4',
    endpoints: pods.map((pod) => endpointOf(service, pod)),
    ports: slicePorts(service, pods[0]),
  };
}

function endpointOf(service: KubeObject, pod: KubeObject): JsonObject {
  const { name, namespace, uid } = pod.metadata;
  const terminating = pod.metadata.deletionTimestamp !== undefined;
  const serving = isPodReady(pod);
  const ready = (serving && !terminating) || dig(service, 'spec', 'publishNotReadyAddresses') === true;
  const targetRef = { kind: 'Pod', name, namespace, uid };
  return { addresses: [POD_ADDRESS], conditions: { ready, serving, terminating }, targetRef };
}

function slicePorts(service: KubeObject, pod: KubeObject | undefined): readonly JsonObject[] {
  const ports = (dig(service, 'spec', 'ports') ?? []) as readonly JsonObject[];
  return ports.map((port) => {
    const { appProtocol } = port;
    return {
      name: port['name'] ?? '',
      port: targetPort(port, pod),
      protocol: port['protocol'] ?? 'TCP',
      ...(appProtocol === undefined ? {} : { appProtocol }),
    };
  });
}

/** The container port behind a Service port; a name that no container has leaves the Service's own number. */
function targetPort(port: JsonObject, pod: KubeObject | undefined): number {
  const target = port['targetPort'] ?? port['port'];
  if (typeof target === 'number') return target;
  const containers = (dig(pod, 'spec', 'containers') ?? []) as readonly JsonObject[];
  const named = containers
    .flatMap((container) => (container['ports'] ?? []) as readonly JsonObject[])
    .find((item) => item['name'] === target);
  return Number(named?.['containerPort'] ?? port['port']);
}
