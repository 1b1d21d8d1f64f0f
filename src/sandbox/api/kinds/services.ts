import type { KubeObject } from '../../../kube/object.ts';
import { SERVICES } from '../collections.ts';
import type { Draft } from '../draft.ts';
import {
  ensureFields,
  type Fields,
  fieldItemsIn,
  fieldsIn,
  itemsIn,
  sameJson,
  setDefault,
  textIn,
  valueIn,
} from '../fields.ts';
import type { FillContext } from '../resource.ts';
import { type Cause, duplicateValue, invalidValue, required, unsupportedValue } from '../status-error.ts';
import type { Store } from '../store.ts';
import type { Builtin } from './builtin.ts';
import { firstFew, labelsText, textColumn } from './columns.ts';
import { isPort } from './pod-checks.ts';

const TYPES = ['ClusterIP', 'ExternalName', 'LoadBalancer', 'NodePort'];
const CLIENT_IP_TIMEOUT_SECONDS = 10_800;
/** Fields that a service without an address of its own doesn't have. */
const CLUSTER_FIELDS = ['clusterIP', 'clusterIPs', 'ipFamilies', 'ipFamilyPolicy', 'internalTrafficPolicy'];
const BALANCER_FIELDS = ['allocateLoadBalancerNodePorts', 'loadBalancerClass', 'healthCheckNodePort'];
const FIRST_NODE_PORT = 30_000;
const LAST_NODE_PORT = 32_767;

/** Addresses of 10.96.0.0/16 in order, leaving out the first few, which clusters give to their own services. */
function* clusterAddresses(): Generator<string> {
  for (let third = 1; third < 256; third++) for (let last = 1; last < 255; last++) yield `10.96.${third}.${last}`;
}

function freeClusterIp(store: Store): string {
  const used = new Set([...store.all(SERVICES).values()].map((service) => textIn(service, 'spec', 'clusterIP')));
  for (const address of clusterAddresses()) if (!used.has(address)) return address;
  throw new Error('no cluster IP is left');
}

function usedNodePorts(store: Store): Set<unknown> {
  const services = [...store.all(SERVICES).values()];
  return new Set(services.flatMap((service) => fieldItemsIn(service, 'spec', 'ports').map((port) => port['nodePort'])));
}

function fillNodePorts(spec: Fields, store: Store): void {
  const used = usedNodePorts(store);
  let next = FIRST_NODE_PORT;
  for (const port of fieldItemsIn(spec, 'ports')) {
    if (port['nodePort'] !== undefined) continue;
    while (used.has(next) && next < LAST_NODE_PORT) next++;
    port['nodePort'] = next;
    used.add(next);
  }
}

/** An update that leaves out what the server has given keeps it. */
function keepAllocated(spec: Fields, old: KubeObject | undefined): void {
  const before = fieldsIn(old, 'spec');
  if (!before || spec['type'] === 'ExternalName' || before['type'] === 'ExternalName') return;
  setDefault(spec, 'clusterIP', before['clusterIP']);
  if (spec['clusterIP'] === before['clusterIP']) setDefault(spec, 'clusterIPs', before['clusterIPs']);
  if (!isOutside(spec['type'])) return;
  for (const port of fieldItemsIn(spec, 'ports')) {
    const same = fieldItemsIn(before, 'ports').find(
      (item) => item['port'] === port['port'] && item['protocol'] === port['protocol'],
    );
    if (same) setDefault(port, 'nodePort', same['nodePort']);
  }
}

function isOutside(type: unknown): boolean {
  return type === 'NodePort' || type === 'LoadBalancer';
}

/** What was there only for the type before goes with it, unless the update itself changed it. */
function dropOfFormerType(spec: Fields, old: KubeObject | undefined): void {
  const before = fieldsIn(old, 'spec');
  if (!before || before['type'] === spec['type']) return;
  const drop = (field: string) => {
    if (sameJson(spec[field], before[field])) delete spec[field];
  };
  if (spec['type'] === 'ExternalName') for (const field of CLUSTER_FIELDS) drop(field);
  if (before['type'] === 'LoadBalancer') for (const field of BALANCER_FIELDS) drop(field);
  if (!isOutside(before['type']) || isOutside(spec['type'])) return;
  drop('externalTrafficPolicy');
  const given = new Set(fieldItemsIn(before, 'ports').map((port) => port['nodePort']));
  for (const port of fieldItemsIn(spec, 'ports')) if (given.has(port['nodePort'])) delete port['nodePort'];
}

function fillPolicies(spec: Fields): void {
  const reachable = isOutside(spec['type']) || itemsIn(spec, 'externalIPs').length > 0;
  if (reachable) setDefault(spec, 'externalTrafficPolicy', 'Cluster');
  if (spec['type'] === 'LoadBalancer') setDefault(spec, 'allocateLoadBalancerNodePorts', true);
  if (spec['type'] !== 'ExternalName') setDefault(spec, 'internalTrafficPolicy', 'Cluster');
  setDefault(spec, 'sessionAffinity', 'None');
  if (spec['sessionAffinity'] === 'ClientIP') {
    setDefault(spec, 'sessionAffinityConfig', { clientIP: { timeoutSeconds: CLIENT_IP_TIMEOUT_SECONDS } });
  } else delete spec['sessionAffinityConfig'];
}

function fillService(draft: Draft, { store, old }: FillContext): void {
  const spec = ensureFields(draft, 'spec');
  setDefault(spec, 'type', 'ClusterIP');
  for (const port of fieldItemsIn(spec, 'ports')) {
    setDefault(port, 'protocol', 'TCP');
    if (port['targetPort'] === undefined || port['targetPort'] === 0 || port['targetPort'] === '')
      port['targetPort'] = port['port'];
  }
  dropOfFormerType(spec, old);
  keepAllocated(spec, old);
  fillPolicies(spec);
  if (spec['type'] !== 'ExternalName') {
    if (spec['clusterIP'] === '') delete spec['clusterIP'];
    setDefault(spec, 'clusterIP', itemsIn(spec, 'clusterIPs')[0] ?? freeClusterIp(store));
    setDefault(spec, 'clusterIPs', [spec['clusterIP']]);
    // endpoints that somebody else keeps may have addresses of both kinds
    const both = spec['clusterIP'] === 'None' && spec['selector'] === undefined;
    setDefault(spec, 'ipFamilies', both ? ['IPv4', 'IPv6'] : ['IPv4']);
    setDefault(spec, 'ipFamilyPolicy', both ? 'RequireDualStack' : 'SingleStack');
  }
  if (isOutside(spec['type'])) fillNodePorts(spec, store);
}

function portCauses(port: Fields, field: string, others: readonly Fields[], named: boolean): readonly Cause[] {
  const causes: Cause[] = [];
  const range = 'must be between 1 and 65535, inclusive';
  const target = port['targetPort'];
  const name = textIn(port, 'name') ?? '';
  if (!isPort(port['port'])) causes.push(invalidValue(`${field}.port`, port['port'] ?? 0, range));
  if (typeof target === 'number' && !isPort(target)) causes.push(invalidValue(`${field}.targetPort`, target, range));
  if (named && name === '') causes.push(required(`${field}.name`));
  if (name !== '' && others.some((other) => other['name'] === name)) causes.push(duplicateValue(`${field}.name`, name));
  const twin = others.some((other) => other['port'] === port['port'] && other['protocol'] === port['protocol']);
  if (twin) causes.push(duplicateValue(field, { Protocol: port['protocol'], Port: port['port'] }));
  return causes;
}

function validateService(draft: Draft, old: KubeObject | undefined): readonly Cause[] {
  const causes: Cause[] = [];
  const spec = fieldsIn(draft, 'spec') ?? {};
  const ports = fieldItemsIn(spec, 'ports');
  if (!TYPES.includes(String(spec['type']))) causes.push(unsupportedValue('spec.type', spec['type'], TYPES));
  const bare = spec['type'] === 'ExternalName' || spec['clusterIP'] === 'None';
  if (ports.length === 0 && !bare) causes.push(required('spec.ports'));
  if (spec['type'] === 'ExternalName' && (textIn(spec, 'externalName') ?? '') === '') {
    causes.push(required('spec.externalName'));
  }
  ports.forEach((port, i) => {
    causes.push(...portCauses(port, `spec.ports[${i}]`, ports.slice(0, i), ports.length > 1));
  });
  const before = valueIn(old, 'spec', 'clusterIP');
  if (typeof before === 'string' && spec['type'] !== 'ExternalName' && spec['clusterIP'] !== before) {
    causes.push(invalidValue('spec.clusterIPs[0]', [spec['clusterIP']], 'may not change once set'));
  }
  return causes;
}

function portsText(service: KubeObject): string {
  const ports = fieldItemsIn(service, 'spec', 'ports').map((port) => {
    const node = port['nodePort'] === undefined ? '' : `:${port['nodePort']}`;
    return `${port['port']}${node}/${port['protocol']}`;
  });
  return ports.length === 0 ? '<none>' : ports.join(',');
}

function externalText(service: KubeObject): string {
  if (textIn(service, 'spec', 'type') === 'ExternalName') return textIn(service, 'spec', 'externalName') ?? '';
  const ingress = fieldItemsIn(service, 'status', 'loadBalancer', 'ingress').map(
    (item) => item['ip'] ?? item['hostname'],
  );
  const all = [...ingress, ...itemsIn(service, 'spec', 'externalIPs')];
  if (all.length > 0) return all.join(',');
  return textIn(service, 'spec', 'type') === 'LoadBalancer' ? '<pending>' : '<none>';
}

function endpointsText(endpoints: KubeObject): string {
  const all = fieldItemsIn(endpoints, 'subsets').flatMap((subset) =>
    fieldItemsIn(subset, 'addresses').flatMap((address) => {
      const ports = fieldItemsIn(subset, 'ports');
      return ports.length === 0 ? [String(address['ip'])] : ports.map((port) => `${address['ip']}:${port['port']}`);
    }),
  );
  if (all.length === 0) return '<none>';
  return firstFew(all);
}

function slicePorts(slice: KubeObject): string {
  return firstFew(fieldItemsIn(slice, 'ports').map((port) => String(port['port']))) || '<unset>';
}

function sliceAddresses(slice: KubeObject): string {
  const addresses = fieldItemsIn(slice, 'endpoints').flatMap((item) => itemsIn(item, 'addresses').map(String));
  return firstFew(addresses) || '<unset>';
}

function fillEndpoints(draft: Draft): void {
  for (const subset of fieldItemsIn(draft, 'subsets')) {
    for (const port of fieldItemsIn(subset, 'ports')) setDefault(port, 'protocol', 'TCP');
  }
}

function fillEndpointSlice(draft: Draft): void {
  for (const port of fieldItemsIn(draft, 'ports')) {
    setDefault(port, 'name', '');
    setDefault(port, 'protocol', 'TCP');
  }
}

function validateEndpointSlice(draft: Draft, old: KubeObject | undefined): readonly Cause[] {
  const type = draft['addressType'];
  if (type === undefined || type === '') return [required('addressType')];
  if (!['IPv4', 'IPv6', 'FQDN'].includes(String(type))) {
    return [unsupportedValue('addressType', type, ['FQDN', 'IPv4', 'IPv6'])];
  }
  return old && old['addressType'] !== type ? [invalidValue('addressType', type, 'field is immutable')] : [];
}

/** Services and what stands behind them. */
export const SERVICE_KINDS: readonly Builtin[] = [
  {
    kind: 'Service',
    plural: 'services',
    shortNames: ['svc'],
    categories: ['all'],
    status: true,
    nameRule: 'service',
    answersDeleted: true,
    selectable: ['spec.clusterIP', 'spec.type'],
    fill: fillService,
    validate: validateService,
    columns: [
      textColumn('Type', (service) => textIn(service, 'spec', 'type')),
      textColumn('Cluster-IP', (service) => textIn(service, 'spec', 'clusterIP') ?? '<none>'),
      textColumn('External-IP', externalText),
      textColumn('Port(s)', portsText),
    ],
    wide: [textColumn('Selector', (service) => labelsText(valueIn(service, 'spec', 'selector')), 1)],
  },
  {
    kind: 'Endpoints',
    plural: 'endpoints',
    shortNames: ['ep'],
    createOnUpdate: true,
    fill: fillEndpoints,
    columns: [textColumn('Endpoints', endpointsText)],
  },
  {
    group: 'discovery.k8s.io',
    kind: 'EndpointSlice',
    plural: 'endpointslices',
    generation: true,
    fill: fillEndpointSlice,
    validate: validateEndpointSlice,
    columns: [
      textColumn('AddressType', (slice) => slice['addressType']),
      textColumn('Ports', slicePorts),
      textColumn('Endpoints', sliceAddresses),
    ],
  },
];
