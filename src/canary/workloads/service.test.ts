import { describe, expect, test } from 'vitest';
import { ownerOf } from '../../api/canary.ts';
import type { JsonObject, KubeObject } from '../../kube/object.ts';
import { createServices } from './service.ts';
import { canaryOf, liveAmong } from './testing/recorded.ts';

const services = createServices({ selectorLabels: ['app'], includeLabelPrefix: [] });
const canary = canaryOf('test');
const labels = { app: 'podinfo' };
const ports = [{ name: 'http', port: 80, targetPort: 9898, protocol: 'TCP' }];

function service(spec: JsonObject, metadata: Partial<KubeObject['metadata']> = {}): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'podinfo', namespace: 'test', labels, annotations: { note: 'user' }, ...metadata },
    spec,
  };
}

const external = (externalName: string) => service({ type: 'ExternalName', externalName, ports });
const internal = service({
  type: 'ClusterIP',
  clusterIP: '10.0.0.1',
  clusterIPs: ['10.0.0.1'],
  ipFamilies: ['IPv4'],
  selector: { app: 'podinfo', version: 'v1' },
  ports,
});
const canarySide = (target: KubeObject, ...live: readonly KubeObject[]) =>
  services.backends({ canary, target, live: liveAmong(...live) })[0];
const primary = (target: KubeObject, live: readonly KubeObject[] = [], id = 'id-1') =>
  services.primary({ canary, target, live: liveAmong(...live), id });

describe('the copies of a Service', () => {
  test('carry what the Service carries, and belong to the Canary', () => {
    const metadata = { namespace: 'test', labels, ownerReferences: [ownerOf(canary)] };
    const { spec } = external('v1.example.com');
    const copy = { apiVersion: 'v1', kind: 'Service', spec };
    expect(canarySide(external('v1.example.com'))).toEqual({
      ...copy,
      metadata: { ...metadata, name: 'podinfo-canary', annotations: { note: 'user' } },
    });
    expect(primary(external('v1.example.com'))).toEqual({
      ...copy,
      metadata: { ...metadata, name: 'podinfo-primary', annotations: { note: 'user', 'flagger-id': 'id-1' } },
    });
  });

  test('leave out what is said about the Service by others', () => {
    const annotations = {
      'kubectl.kubernetes.io/last-applied-configuration': '{}',
      'kustomize.toolkit.fluxcd.io/checksum': 'x',
      note: 'kept',
    };
    const target = service(
      { ports },
      { annotations, labels: { ...labels, 'kustomize.toolkit.fluxcd.io/name': 'apps' } },
    );
    expect(canarySide(target)?.metadata).toMatchObject({ labels, annotations: { note: 'kept' } });
    expect(canarySide(target)?.metadata.labels).toEqual(labels);
    expect(canarySide(target)?.metadata.annotations).toEqual({ note: 'kept' });
  });

  test('get addresses of their own', () => {
    expect(canarySide(internal)?.spec).toEqual({
      type: 'ClusterIP',
      selector: { app: 'podinfo', version: 'v1' },
      ports,
    });
  });

  test('keep the addresses that they have', () => {
    const addresses = { clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.2'], ipFamilies: ['IPv4'] };
    const live = service({ ...addresses, ports: [] }, { name: 'podinfo-canary', resourceVersion: '7' });
    expect(canarySide(internal, live)).toMatchObject({
      metadata: { resourceVersion: '7' },
      spec: { ...addresses, selector: { version: 'v1' } },
    });
  });

  test.each<[string, JsonObject, JsonObject]>([
    ['a headless Service has headless copies', { clusterIP: 'None', clusterIPs: ['None'] }, { clusterIP: 'None' }],
    ['node ports are not shared', { type: 'NodePort', externalTrafficPolicy: 'Local', healthCheckNodePort: 3 }, {}],
    [
      'addresses outside are not shared',
      {
        type: 'LoadBalancer',
        loadBalancerIP: '1.2.3.4',
        loadBalancerSourceRanges: ['1.0.0.0/8'],
        externalIPs: ['1.2.3.4'],
      },
      {},
    ],
    ['fields that nobody here knows survive', { strange: [1] }, { strange: [1] }],
  ])('%s', (_, spec, expected) => {
    const target = service({ ...spec, ports: [{ port: 80, nodePort: 30_080 }] });
    expect(canarySide(target)?.spec).toEqual({ type: 'ClusterIP', ports: [{ port: 80 }], ...expected });
  });

  test('lose their addresses when the Service becomes a name', () => {
    const live = service({ clusterIP: '10.0.0.2', clusterIPs: ['10.0.0.2'] }, { name: 'podinfo-canary' });
    expect(canarySide(external('v1.example.com'), live)?.spec).toEqual(external('v1.example.com').spec);
  });

  test('spread traffic as the Canary says', () => {
    const near = canaryOf('test', { trafficDistribution: 'PreferClose' });
    const [copy] = services.backends({ canary: near, target: internal, live: liveAmong() });
    expect(copy?.spec).toMatchObject({ trafficDistribution: 'PreferClose' });
  });
});

describe('promotion', () => {
  const live = primary(external('v1.example.com'));

  test('brings the spec, and keeps owner and name', () => {
    const after = primary(external('v2.example.com'), [live], 'id-2');
    expect(after.spec).toEqual(external('v2.example.com').spec);
    expect(after.metadata).toEqual({ ...live.metadata, labels: {}, annotations: { 'flagger-id': 'id-2' } });
  });

  test('is told by the id', () => {
    expect(services.promoted(live, 'id-1')).toBe(true);
    expect(services.promoted(live, 'id-2')).toBe(false);
  });

  test('again changes nothing', () => {
    const once = primary(external('v2.example.com'), [live], 'id-2');
    expect(primary(external('v2.example.com'), [once], 'id-2')).toEqual(once);
  });
});

describe('the revision', () => {
  const base = services.revision(internal);

  test.each<[string, KubeObject, boolean]>([
    ['labels and annotations', service(Object(internal.spec), { labels: {}, annotations: {} }), true],
    ['addresses', service({ ...Object(internal.spec), clusterIP: '10.0.0.9', clusterIPs: ['10.0.0.9'] }), true],
    [
      'defaults of the API server',
      service({
        ...Object(internal.spec),
        sessionAffinity: 'None',
        internalTrafficPolicy: 'Cluster',
        ipFamilyPolicy: 'SingleStack',
      }),
      true,
    ],
    ['node ports', service({ ...Object(internal.spec), ports: [{ ...ports[0], nodePort: 30_080 }] }), true],
    ['another selector', service({ ...Object(internal.spec), selector: { app: 'podinfo', version: 'v2' } }), false],
    ['another port', service({ ...Object(internal.spec), ports: [{ ...ports[0], targetPort: 1 }] }), false],
    ['another kind of Service', external('v1.example.com'), false],
  ])('%s: equal %#', (_, target, same) => {
    expect(services.revision(target) === base).toBe(same);
  });

  test('is another one for another external name', () => {
    expect(services.revision(external('a'))).not.toEqual(services.revision(external('b')));
  });
});

test('both sides are always ready, and two Services are looked at', () => {
  expect(services.readiness('primary', internal, liveAmong())).toEqual({ ready: true });
  expect(services.readiness('canary', internal, liveAmong())).toEqual({ ready: true });
  const names = [services.primaryRef(canary), ...services.refs(canary, internal)].map(({ name }) => name);
  expect(names).toEqual(['podinfo-primary', 'podinfo-canary']);
});
