import { describe, expect, it } from 'vitest';
import type { Canary } from '../src/api/canary.ts';
import { dig, type KubeObject } from '../src/kube/object.ts';
import { describeMesh, eitherSide, everySplit, mirrored } from './conformance.ts';
import type { Traffic } from './contract.ts';
import { istio } from './istio.ts';
import { podinfo } from './testing/canaries.ts';
import { liveOf, rendered } from './testing/live.ts';

const apiVersion = 'networking.istio.io/v1beta1';

/** As a user had it before the Canary came. */
const userRoute: KubeObject = {
  apiVersion,
  kind: 'VirtualService',
  metadata: { name: 'podinfo', namespace: 'test', labels: { owner: 'user' }, annotations: { note: 'mine' } },
  spec: {
    hosts: ['podinfo'],
    exportTo: ['.'],
    http: [{ route: [{ destination: { host: 'podinfo', subset: 'v1' } }], fault: { abort: { httpStatus: 500 } } }],
  },
};

const userRule: KubeObject = {
  apiVersion,
  kind: 'DestinationRule',
  metadata: { name: 'podinfo-primary', namespace: 'test' },
  spec: { host: 'podinfo-primary', subsets: [{ name: 'v1' }], trafficPolicy: { tls: { mode: 'SIMPLE' } } },
};

const sessionAffinity = { cookieName: 'sticky', primaryCookieName: 'stable', secure: true, path: '/app' };
const cookies = { canary: 'sticky=abc', primary: 'stable=def', previous: 'sticky=old' };
const weights = { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 };
const match = [{ headers: { 'x-canary': { exact: 'insider' } } }];

describeMesh('istio', istio(), [
  { name: 'weights', canary: podinfo('istio'), adopted: [userRoute, userRule] },
  {
    name: 'every field of the service',
    canary: podinfo('istio', {
      service: {
        port: 80,
        portDiscovery: true,
        hosts: ['app.example.com'],
        gateways: ['istio-system/public', 'mesh'],
        match: [{ uri: { prefix: '/api' } }, { method: { exact: 'GET' } }],
        rewrite: { uri: '/v2', authority: 'inner.example.com' },
        timeout: '15s',
        retries: { attempts: 3 },
        headers: { request: { add: { a: 'b' } }, response: { remove: ['c'] } },
        corsPolicy: { allowOrigins: [{ exact: 'https://example.com' }], allowCredentials: true },
        trafficPolicy: { tls: { mode: 'ISTIO_MUTUAL' } },
        apex: { labels: { tier: 'front' }, annotations: { team: 'web' } },
      },
    }),
    adopted: [userRoute],
  },
  {
    name: 'A/B conditions',
    canary: podinfo('istio', { analysis: { interval: '1m', threshold: 5, iterations: 3, match } }),
    traffics: eitherSide,
  },
  {
    name: 'a mirrored percentage',
    canary: podinfo('istio', { analysis: { ...weights, mirror: true, mirrorWeight: 25 } }),
    traffics: [mirrored, ...everySplit],
  },
  { name: 'TCP', canary: podinfo('istio', { service: { port: 7070, appProtocol: 'TCP', match: [{ port: 7070 }] } }) },
  { name: 'delegation', canary: podinfo('istio', { service: { port: 80, delegation: true, portDiscovery: true } }) },
  { name: 'session affinity', canary: podinfo('istio', { analysis: { ...weights, sessionAffinity } }), cookies },
]);

const idle: Traffic = { primary: 100, canary: 0, mirror: false };

function routeOf(canary: Canary, traffic = idle, world: readonly KubeObject[] = [], more = {}): KubeObject {
  const request = { canary, traffic, selectorLabel: 'app', owned: true, ...more };
  const route = rendered(istio().render(request, liveOf(world))).find(({ kind }) => kind === 'VirtualService');
  if (!route) throw new Error('no VirtualService was rendered');
  return route;
}

describe('hosts and gateways', () => {
  it.each([
    { name: 'none: the apex, inside the mesh', service: {}, hosts: ['podinfo'], gateways: ['mesh'] },
    {
      name: 'one host: the apex is added',
      service: { hosts: ['a.com'] },
      hosts: ['a.com', 'podinfo'],
      gateways: ['mesh'],
    },
    {
      name: 'the apex is there',
      service: { hosts: ['podinfo', 'a.com'] },
      hosts: ['podinfo', 'a.com'],
      gateways: ['mesh'],
    },
    { name: 'every host', service: { hosts: ['*'] }, hosts: ['*'], gateways: ['mesh'] },
    { name: 'gateways are used as they are', service: { gateways: ['out'] }, hosts: ['podinfo'], gateways: ['out'] },
  ])('$name', ({ service, hosts, gateways }) => {
    const { spec } = routeOf(podinfo('istio', { service: { port: 80, ...service } }));
    expect(spec).toMatchObject({ hosts, gateways });
  });

  it('delegation excludes hosts and gateways', () => {
    const canary = podinfo('istio', { service: { port: 80, delegation: true } });
    const conflicting = { ...canary, service: { ...canary.service, hosts: ['a.com'] } };
    const request = { canary: conflicting, traffic: idle, selectorLabel: 'app', owned: true };
    const impossible = 'VirtualService podinfo.test cannot have hosts and gateways when delegation enabled';
    expect(istio().render(request, liveOf([]))).toEqual({ impossible });
  });

  it.each([
    { name: 'a gateway in front', service: { gateways: ['out'] }, port: { number: 80 } },
    { name: 'the mesh in front', service: { gateways: ['mesh', 'out'] }, port: undefined },
    { name: 'no gateway', service: {}, port: undefined },
    { name: 'delegation', service: { delegation: true }, port: { number: 80 } },
  ])('with discovered ports and $name the destination names its port: $port', ({ service, port }) => {
    const { spec } = routeOf(podinfo('istio', { service: { port: 80, portDiscovery: true, ...service } }));
    expect(dig(spec, 'http', 0, 'route', 0, 'destination', 'port')).toEqual(port);
  });
});

describe('A/B conditions', () => {
  const service = {
    port: 80,
    match: [{ uri: { prefix: '/a' }, headers: { old: { exact: '1' } } }, { uri: { prefix: '/b' } }],
  };
  const audiences = [{ headers: { 'x-canary': { exact: 'yes' } } }, { sourceLabels: { app: 'tester' } }];
  const analysis = { interval: '1m', threshold: 5, iterations: 3, match: audiences };

  it('hold together with those of the service, audiences first', () => {
    const { spec } = routeOf(podinfo('istio', { service, analysis }));
    const headers = { 'x-canary': { exact: 'yes' } };
    expect(dig(spec, 'http', 0, 'match')).toEqual([
      { uri: { prefix: '/a' }, headers },
      { uri: { prefix: '/b' }, headers },
      { uri: { prefix: '/a' }, headers: { old: { exact: '1' } }, sourceLabels: { app: 'tester' } },
      { uri: { prefix: '/b' }, sourceLabels: { app: 'tester' } },
    ]);
    expect(dig(spec, 'http', 1, 'match')).toEqual(service.match);
  });

  it('stand alone when the service has none, and others have no canary to go to', () => {
    const { spec } = routeOf(podinfo('istio', { analysis }), { primary: 0, canary: 100, mirror: false });
    expect(dig(spec, 'http', 0, 'match')).toEqual(audiences);
    expect(dig(spec, 'http', 1)).toEqual({ route: [{ destination: { host: 'podinfo-primary' }, weight: 0 }] });
  });
});

describe('session affinity', () => {
  const service = {
    port: 80,
    match: [{ uri: { prefix: '/api' }, headers: { a: { exact: 'b' } } }],
    headers: { response: { add: { 'x-served-by': 'mesh' } } },
  };
  const canary = podinfo('istio', { service, analysis: { ...weights, sessionAffinity } });

  it('puts the cookie next to the conditions of the service', () => {
    const { spec } = routeOf(canary, { primary: 70, canary: 30, mirror: false }, [], { cookies });
    expect(dig(spec, 'http', 0, 'match')).toEqual([
      { uri: { prefix: '/api' }, headers: { a: { exact: 'b' }, Cookie: { regex: '.*sticky.*abc.*' } } },
    ]);
    expect(dig(spec, 'http', 2, 'route', 0, 'headers', 'response', 'add')).toEqual({
      'Set-Cookie': 'stable=def; Max-Age=60; Path=/app; Secure',
    });
  });

  it('asks to drop the old cookie in its own route only, next to the headers of the service', () => {
    const { spec } = routeOf(canary, idle, [], { cookies });
    expect(dig(spec, 'http', 0, 'headers', 'response', 'add')).toEqual({
      'x-served-by': 'mesh',
      'Set-Cookie': 'sticky=old; Max-Age=-1',
    });
    expect(dig(spec, 'http', 1, 'headers', 'response', 'add')).toEqual({ 'x-served-by': 'mesh' });
    expect(dig(spec, 'http')).toHaveLength(2);
  });

  it('renders plain weights as long as there is no cookie', () => {
    const { spec } = routeOf(canary, { primary: 70, canary: 30, mirror: false });
    expect(dig(spec, 'http')).toHaveLength(1);
  });

  it('mirrors to the canary from where the primary serves', () => {
    const { spec } = routeOf(canary, { primary: 70, canary: 30, mirror: true }, [], { cookies });
    const mirrors = [0, 1, 2].map((index) => dig(spec, 'http', index, 'mirror', 'host'));
    expect(mirrors).toEqual([undefined, 'podinfo-canary', 'podinfo-canary']);
  });
});

describe('a VirtualService of the user', () => {
  const original = 'flagger.kubernetes.io/original-configuration';

  it('keeps its labels, its annotations, and the fields that the Canary says nothing about', () => {
    const route = routeOf(podinfo('istio'), idle, [userRoute]);
    expect(route.metadata).toMatchObject({ labels: { owner: 'user' }, annotations: { note: 'mine' } });
    expect(route.spec).toMatchObject({ exportTo: ['.'] });
    expect(route.metadata.ownerReferences).toBeUndefined();
  });

  it('is remembered once: later changes of the Canary leave the memory alone', () => {
    const first = routeOf(podinfo('istio'), idle, [userRoute]);
    const later = routeOf(podinfo('istio', { service: { port: 80, timeout: '5s' } }), idle, [first]);
    expect(later.metadata.annotations?.[original]).toBe(JSON.stringify(userRoute.spec));
  });

  it('is given back as kubectl last applied it, where that is known', () => {
    const applied = { spec: { hosts: ['applied'] } };
    const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': JSON.stringify(applied) };
    const route = routeOf(podinfo('istio'), idle, [{ ...userRoute, metadata: { ...userRoute.metadata, annotations } }]);
    expect(route.metadata.annotations).not.toHaveProperty([original]);
    const [back] = rendered(istio().release(podinfo('istio'), liveOf([route])));
    expect(back?.spec).toEqual(applied.spec);
    expect(back?.metadata.annotations).toEqual(annotations);
  });

  it.each(['{', '"text"', '[]'])('can not be given back from the broken memory %s', (text) => {
    const broken = { ...userRoute, metadata: { ...userRoute.metadata, annotations: { [original]: text } } };
    expect(istio().release(podinfo('istio'), liveOf([broken]))).toEqual({
      impossible: `VirtualService podinfo.test failed to unMarshal annotation ${original}`,
    });
  });

  it('stays as it is when nothing is known about what it was', () => {
    expect(rendered(istio().release(podinfo('istio'), liveOf([userRoute])))).toEqual([]);
  });
});

describe('reading', () => {
  const read = (spec: unknown) => istio().read(podinfo('istio'), liveOf([{ ...userRoute, spec }]));
  const route = (primary: number, canary: number) => ({
    route: [
      { destination: { host: 'podinfo-primary' }, weight: primary },
      { destination: { host: 'podinfo-canary' }, weight: canary },
    ],
  });

  it('takes the last route that names the canary', () => {
    const only = { route: [{ destination: { host: 'podinfo-primary' }, weight: 100 }] };
    expect(read({ http: [route(0, 100), route(60, 40), only] })).toEqual({
      traffic: { primary: 60, canary: 40, mirror: false },
    });
  });

  it.each([
    { name: 'no routes', spec: {}, says: 'does not contain routes for podinfo-primary and podinfo-canary' },
    { name: 'weights of 0', spec: { http: [route(0, 0)] }, says: 'does not contain routes for' },
    {
      name: 'weights that are too small',
      spec: { http: [route(50, 30)] },
      says: "has weights 50 and 30, which don't add up",
    },
    {
      name: 'routes elsewhere',
      spec: { http: [{ route: [{ destination: { host: 'podinfo' } }] }] },
      says: 'does not contain',
    },
  ])('says why with $name', ({ spec, says }) => {
    expect(read(spec)).toEqual({ unreadable: expect.stringContaining(`VirtualService podinfo.test ${says}`) });
  });
});
