import { dig, type JsonObject, type KubeObject } from '../../kube/object.ts';
import { numberOf, objectOr, objectsOf } from './json.ts';

/** Fields of a Service that say how clients outside reach it. Copies serve routes: two of them would fight over an address. */
const forClients = [
  'allocateLoadBalancerNodePorts',
  'externalIPs',
  'externalTrafficPolicy',
  'loadBalancerClass',
  'loadBalancerIP',
  'loadBalancerSourceRanges',
];
/** Fields that the API server chooses for each Service. */
const allocated = ['clusterIP', 'clusterIPs', 'healthCheckNodePort', 'ipFamilies'];

/**
 * The spec of a copy of a Service: the same backends by the same ports, reached from inside the cluster only. A headless
 * Service has headless copies. Addresses that a live copy already has stay.
 */
export function copiedSpec(target: KubeObject, live?: KubeObject): JsonObject {
  const spec = objectOr(target.spec);
  const headless = spec['clusterIP'] === 'None';
  const external = spec['type'] === 'ExternalName';
  const addresses = external || headless ? [] : allocated.map((field) => [field, dig(live, 'spec', field)]);
  return {
    ...omit(spec, [...forClients, ...allocated, 'type', 'ports']),
    ...Object.fromEntries(addresses.filter(([, value]) => value !== undefined && value !== 'None')),
    type: external ? 'ExternalName' : 'ClusterIP',
    ...(headless ? { clusterIP: 'None' } : {}),
    ...(spec['ports'] === undefined ? {} : { ports: objectsOf(spec['ports']).map((port) => omit(port, ['nodePort'])) }),
  };
}

/** What makes a Service differ for those who call it; server defaults written out, so that they make no difference. */
export function comparableSpec(target: KubeObject): JsonObject {
  const { ports, ipFamilyPolicy: _, ...spec } = copiedSpec(target);
  const filled = objectsOf(ports).map((port) => {
    const number = numberOf(port['port']);
    return { protocol: 'TCP', ...(number === undefined ? {} : { targetPort: number }), ...port };
  });
  return { sessionAffinity: 'None', internalTrafficPolicy: 'Cluster', ...spec, ports: filled };
}

function omit(object: JsonObject, fields: readonly string[]): JsonObject {
  return Object.fromEntries(Object.entries(object).filter(([field]) => !fields.includes(field)));
}
