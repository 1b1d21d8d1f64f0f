import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { releaseApex, renderServices } from './services.ts';
import type { ServicePort } from './workloads/contract.ts';
import { canaryOf, liveAmong, owned, plain, recorded } from './workloads/testing/recorded.ts';

type Versions = { readonly [name: string]: readonly KubeObject[] };
const recordings = recorded<{ readonly [scenario: string]: Versions }>('services');
const selector = { label: 'app', value: 'podinfo' };

function version(scenario: string, name: string, at: number): KubeObject {
  const object = recordings[scenario]?.[name]?.at(at);
  if (!object) throw new Error(`${scenario}/${name} is not recorded`);
  return owned(object);
}

function requestOf(
  namespace: string,
  service: Record<string, unknown> = {},
  live: readonly KubeObject[] = [],
  ports: readonly ServicePort[] = [],
) {
  return { canary: canaryOf(namespace, service), selector, ports, live: liveAmong(...live) };
}

const found = (name: string, port: number): ServicePort => ({ name, port, targetPort: port, protocol: 'TCP' });
const custom = {
  name: 'web',
  port: 9090,
  portName: 'grpc',
  appProtocol: 'kubernetes.io/h2c',
  trafficDistribution: 'PreferClose',
  apex: { labels: { l: 'apex' }, annotations: { a: 'apex' } },
  primary: { labels: { l: 'primary' } },
  canary: { annotations: { a: 'canary' } },
};

test.each<[string, string, Record<string, unknown>, ServicePort[]]>([
  ['service-drift', 'podinfo', {}, []],
  ['service-custom', 'web', custom, []],
  [
    'service-ports',
    'podinfo',
    { port: 8080, targetPort: 0 },
    [found('tcp-app-2', 7070), found('http-metrics', 8081), found('grpc', 9999)],
  ],
])('the three Services are created as recorded in %s', (scenario, apex, service, ports) => {
  const services = renderServices(requestOf(scenario, service, [], ports));
  expect(plain(services.canary)).toEqual(plain(version(scenario, `${apex}-canary`, 0)));
  expect(plain(services.primary)).toEqual(plain(version(scenario, `${apex}-primary`, 0)));
  expect(plain(services.apex)).toEqual(plain(version(scenario, apex, 0)));
});

test('headless Services are created without a cluster address', () => {
  expect(renderServices(requestOf('test', { headless: true })).apex.spec).toMatchObject({ clusterIP: 'None' });
});

describe('a Service of the Canary', () => {
  test('gets its selector back, as recorded', () => {
    const { canary } = renderServices(requestOf('service-drift', {}, [version('service-drift', 'podinfo-canary', 1)]));
    expect(plain(canary)).toEqual(plain(version('service-drift', 'podinfo-canary', 2)));
  });

  test('keeps metadata that is declared unmanaged and no other, as recorded', () => {
    const service = { unmanagedMetadata: { labels: ['keep'], annotations: ['keep'] } };
    const { apex } = renderServices(
      requestOf('service-unmanaged', service, [version('service-unmanaged', 'podinfo', 1)]),
    );
    expect(plain(apex)).toEqual(plain(version('service-unmanaged', 'podinfo', 2)));
  });

  test('keeps what the API server filled in', () => {
    const filled = { type: 'ClusterIP', clusterIP: '10.0.0.1', sessionAffinity: 'None' };
    const object = version('service-drift', 'podinfo', 0);
    const { apex } = renderServices(
      requestOf('service-drift', {}, [{ ...object, spec: { ...Object(object.spec), ...filled } }]),
    );
    expect(apex.spec).toMatchObject(filled);
  });

  test('follows a change of the traffic distribution', () => {
    const live = [version('service-custom', 'web', 0)];
    const changed = renderServices(
      requestOf('service-custom', { ...custom, trafficDistribution: 'PreferSameNode' }, live),
    );
    expect(changed.apex.spec).toMatchObject({ trafficDistribution: 'PreferSameNode' });
    const { trafficDistribution: _, ...without } = custom;
    expect(renderServices(requestOf('service-custom', without, live)).apex.spec).not.toHaveProperty(
      'trafficDistribution',
    );
  });
});

describe('a Service of the user', () => {
  const user = (spec: object, metadata: object = {}): KubeObject => ({
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: 'podinfo', namespace: 'test', labels: { team: 'web' }, ...metadata },
    spec,
  });
  const port = { name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' };

  test('gains ports, selector and markers, as recorded', () => {
    const { apex } = renderServices(requestOf('service-adopt', {}, [version('service-adopt', 'podinfo', 0)]));
    expect(plain(apex)).toEqual(plain(version('service-adopt', 'podinfo', 1)));
  });

  test('stays untouched when ports and selector fit, in whatever order', () => {
    const ports = [found('metrics', 9797), { name: 'http', port: 80, targetPort: 'http', nodePort: 30080 }];
    const object = user({ type: 'NodePort', selector: { app: 'podinfo-primary' }, ports });
    const { apex } = renderServices(requestOf('test', {}, [object], [found('metrics', 9797)]));
    expect(apex).toEqual(object);
  });

  test('keeps the node ports of ports that keep their names', () => {
    const ports = [
      { ...port, targetPort: 1, nodePort: 30080 },
      { ...port, name: 'old', port: 81, nodePort: 30081 },
    ];
    const { apex } = renderServices(requestOf('test', {}, [user({ selector: {}, ports })]));
    expect(apex.spec).toMatchObject({ ports: [{ ...port, nodePort: 30080 }] });
  });

  test("is the user's as well when another Canary owns it", () => {
    const owner = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', name: 'other', uid: 'x', controller: true };
    const { apex } = renderServices(requestOf('test', {}, [user({}, { ownerReferences: [owner] })]));
    expect(apex.metadata.labels).toEqual({ team: 'web' });
  });

  const apply = 'kubectl.kubernetes.io/last-applied-configuration';
  const adopted = (annotations: object) =>
    user({ selector: { app: 'podinfo-primary' }, ports: [port] }, { annotations });
  test.each([
    ['the selector last applied', { [apply]: '{"spec":{"selector":{"tier":"web"}}}' }, { tier: 'web' }],
    ['no selector when none was applied', { [apply]: '{"spec":{}}' }, undefined],
    ['the pods of the target when nothing was applied', {}, { app: 'podinfo' }],
    ['the pods of the target when what was applied is unreadable', { [apply]: '{' }, { app: 'podinfo' }],
    ['the pods of the target when what was applied is no object', { [apply]: '1' }, { app: 'podinfo' }],
  ])('is given back with %s', (_, annotations, expected) => {
    const released = releaseApex(requestOf('test', {}, [adopted(annotations)]));
    expect(Object(released?.spec).selector).toEqual(expected);
    expect(Object(released?.spec).ports).toEqual([port]);
    if (!released) throw new Error('it is there');
    expect(releaseApex(requestOf('test', {}, [released]))).toEqual(released);
  });

  test('is given back as recorded', () => {
    const scenario = 'delete-revert-kubernetes';
    const released = releaseApex(requestOf(scenario, {}, [version(scenario, 'podinfo', 1)]));
    expect(released && plain(released)).toEqual(plain(version(scenario, 'podinfo', 2)));
  });
});

test('nothing is given back when the apex is missing or goes with the Canary', () => {
  expect(releaseApex(requestOf('test'))).toBeUndefined();
  expect(releaseApex(requestOf('service-drift', {}, [version('service-drift', 'podinfo', 0)]))).toBeUndefined();
});

test('rendering twice changes nothing', () => {
  const texts = fc.dictionary(fc.constantFrom('a', 'b', 'app'), fc.constantFrom('1', '2'));
  const metadata = fc.record({ labels: texts, annotations: texts });
  const ports = fc.uniqueArray(fc.integer({ min: 81, max: 99 }), { maxLength: 4 });
  const unmanagedMetadata = { labels: ['b'], annotations: ['a'] };
  fc.assert(
    fc.property(metadata, metadata, fc.boolean(), ports, (apex, present, isOwn, numbers) => {
      const discovered = numbers.map((number) => found(`p${number}`, number));
      const created = renderServices(requestOf('test', {})).apex;
      const { ownerReferences = [], ...others } = created.metadata;
      const live = { ...created, metadata: { ...others, ...present, ...(isOwn ? { ownerReferences } : {}) } };
      const once = renderServices(requestOf('test', { apex, unmanagedMetadata }, [live], discovered)).apex;
      expect(renderServices(requestOf('test', { apex, unmanagedMetadata }, [once], discovered)).apex).toEqual(once);
    }),
  );
});
