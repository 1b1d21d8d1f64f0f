import type { Canary } from '../../api/canary.ts';
import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import type { ServicePort } from './contract.ts';
import { numberOf, objectsOf } from './json.ts';

const sidecars = new Set(['istio-proxy', 'envoy']);

/**
 * Container ports besides the main one, in pod-spec order; empty unless `service.portDiscovery`. Services refuse two ports
 * of one name and two of one number and protocol, so a name that is taken gives way to `<protocol>-<container>-<index>`,
 * and a number that is taken is left out.
 */
export function discoverPorts(canary: Canary, target: KubeObject): readonly ServicePort[] {
  if (!canary.service.portDiscovery) return [];
  const names = new Set([canary.service.portName]);
  const numbers = new Set([`TCP/${canary.service.port}`]);
  return containerPorts(target).flatMap(({ fallback, protocol, number, ...port }) => {
    const name = port.name !== undefined && !names.has(port.name) ? port.name : fallback;
    const taken = names.has(name) || numbers.has(`${protocol}/${number}`);
    if (taken || isMain(canary, port.name, number, protocol)) return [];
    names.add(name);
    numbers.add(`${protocol}/${number}`);
    return [{ name, port: number, targetPort: number, protocol }];
  });
}

interface ContainerPort {
  readonly name: string | undefined;
  /** Name when there is none, or another port has it. */
  readonly fallback: string;
  readonly number: number;
  readonly protocol: ServicePort['protocol'];
}

function containerPorts(target: KubeObject): readonly ContainerPort[] {
  const containers = objectsOf(dig(target, 'spec', 'template', 'spec', 'containers'));
  return containers
    .filter(({ name }) => typeof name !== 'string' || !sidecars.has(name))
    .flatMap((container) => objectsOf(container.ports).flatMap((port, index) => readPort(container, port, index)));
}

function readPort(container: JsonObject, port: JsonObject, index: number): readonly ContainerPort[] {
  const number = numberOf(port.containerPort);
  if (number === undefined) return [];
  const protocol = port.protocol === 'UDP' || port.protocol === 'SCTP' ? port.protocol : 'TCP';
  const fallback = `${protocol.toLowerCase()}-${container.name}-${index}`;
  const name = typeof port.name === 'string' && port.name !== '' ? port.name : undefined;
  return [{ name, fallback, number, protocol }];
}

/** The port that the main port of the Services leads to. */
function isMain(canary: Canary, name: string | undefined, number: number, protocol: string): boolean {
  const { port, targetPort = port } = canary.service;
  return typeof targetPort === 'string' ? name === targetPort : protocol === 'TCP' && number === targetPort;
}
