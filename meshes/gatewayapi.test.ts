import { describe, expect, it } from 'vitest';
import type { Canary, HttpMatch } from '../src/api/canary.ts';
import { dig, type JsonObject, type KubeObject } from '../src/kube/object.ts';
import { describeMesh, eitherSide, everySplit, mirrored } from './conformance.ts';
import type { Rendered, RouteRequest, Traffic } from './contract.ts';
import { gatewayApi } from './gatewayapi.ts';
import { podinfo } from './testing/canaries.ts';
import { liveOf, rendered } from './testing/live.ts';

const v1 = gatewayApi('v1');
const v1beta1 = gatewayApi('v1beta1');
const gatewayRefs = [{ name: 'gateway', namespace: 'istio-ingress' }];
const weights = { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 };
const sessionAffinity = { cookieName: 'sticky', primaryCookieName: 'stable', sameSite: 'Lax', httpOnly: true };
const cookies = { canary: 'sticky=abc', primary: 'stable=def', previous: 'sticky=old' };
const match = [{ headers: { 'x-canary': { exact: 'insider' } } }];

function routed(service: JsonObject = {}, analysis: JsonObject = weights, provider = 'gatewayapi:v1'): Canary {
  return podinfo(provider, { service: { port: 80, gatewayRefs, ...service }, analysis });
}

const everyField = {
  hosts: ['app.example.com'],
  timeout: '15s',
  backendTimeout: '5s',
  match: [{ uri: { prefix: '/api' } }, { method: { exact: 'GET' }, queryParams: { q: { regex: '.*' } } }],
  rewrite: { uri: '/v2', authority: 'inner.example.com' },
  headers: { request: { add: { b: '2', a: '1' }, remove: ['c'] }, response: { set: { d: '4' } } },
  mirror: [{ backendRef: { name: 'shadow', port: 80 } }],
  corsPolicy: { allowOrigin: ['https://example.com'], allowCredentials: true, maxAge: '1h' },
  apex: { labels: { tier: 'front' }, annotations: { team: 'web' } },
};

function userRoute(version: string): KubeObject {
  return {
    apiVersion: `gateway.networking.k8s.io/${version}`,
    kind: 'HTTPRoute',
    metadata: { name: 'podinfo', namespace: 'test', labels: { owner: 'user' } },
    spec: {
      parentRefs: [{ name: 'mine' }],
      hostnames: ['mine.example.com'],
      rules: [{ backendRefs: [{ name: 'podinfo' }] }],
    },
  };
}

for (const [version, mesh] of [
  ['v1', v1],
  ['v1beta1', v1beta1],
] as const) {
  const provider = `gatewayapi:${version}`;
  describeMesh(provider, mesh, [
    { name: 'weights', canary: routed({}, weights, provider), adopted: [userRoute(version)] },
    {
      name: 'every field of the service',
      canary: routed(everyField, weights, provider),
      adopted: [userRoute(version)],
    },
    {
      name: 'A/B conditions',
      canary: routed({}, { interval: '1m', threshold: 5, iterations: 3, match }, provider),
      traffics: eitherSide,
    },
    {
      name: 'mirroring before weights',
      canary: routed({}, { ...weights, mirror: true, mirrorWeight: 25 }, provider),
      traffics: [mirrored, ...everySplit],
    },
    { name: 'session affinity', canary: routed({}, { ...weights, sessionAffinity }, provider), cookies },
  ]);
}

const idle: Traffic = { primary: 100, canary: 0, mirror: false };

function render(canary: Canary, more: Partial<RouteRequest> = {}, mesh = v1): Rendered {
  return mesh.render({ canary, traffic: idle, selectorLabel: 'app', owned: true, ...more }, liveOf([]));
}

function specOf(canary: Canary, more: Partial<RouteRequest> = {}, mesh = v1): unknown {
  return rendered(render(canary, more, mesh))[0]?.spec;
}

/** The first filter of that type in the first rule. */
function filter(canary: Canary, type: string, more: Partial<RouteRequest> = {}, mesh = v1): unknown {
  const filters = dig(specOf(canary, more, mesh), 'rules', 0, 'filters');
  return Array.isArray(filters) ? filters.find((each) => dig(each, 'type') === type) : undefined;
}

it('needs a gateway', () => {
  const canary = { ...routed(), service: { ...routed().service, gatewayRefs: [] } };
  expect(render(canary)).toEqual({ impossible: 'GatewayRefs must be specified when using Gateway API as a provider.' });
});

it('writes the defaults of a parent out, and keeps the empty group of a Service', () => {
  const refs = [{ name: 'gateway' }, { group: '', kind: 'Service', name: 'podinfo', port: 80 }];
  expect(dig(specOf(routed({ gatewayRefs: refs })), 'parentRefs')).toEqual([
    { group: 'gateway.networking.k8s.io', kind: 'Gateway', name: 'gateway' },
    { group: '', kind: 'Service', name: 'podinfo', port: 80 },
  ]);
});

describe('conditions', () => {
  const header = (name: string, value: string, type = 'Exact') => ({ type, name, value });
  const everyPath = { type: 'PathPrefix', value: '/' };

  it.each([
    { name: 'a path by prefix', of: { uri: { prefix: '/a' } }, is: { path: { type: 'PathPrefix', value: '/a' } } },
    { name: 'a whole path', of: { uri: { exact: '/a' } }, is: { path: { type: 'Exact', value: '/a' } } },
    {
      name: 'a path by pattern',
      of: { uri: { regex: '/.*' } },
      is: { path: { type: 'RegularExpression', value: '/.*' } },
    },
    { name: 'a method', of: { method: { exact: 'GET' } }, is: { path: everyPath, method: 'GET' } },
    {
      name: 'headers, sorted by name',
      of: { headers: { b: { regex: '.*' }, a: { exact: '1' } } },
      is: { path: everyPath, headers: [header('a', '1'), header('b', '.*', 'RegularExpression')] },
    },
    {
      name: 'query parameters',
      of: { queryParams: { q: { exact: '' } } },
      is: { path: everyPath, queryParams: [header('q', '')] },
    },
    { name: 'nothing that a route could say', of: { scheme: { exact: 'https' } }, is: { path: everyPath } },
  ])('$name', ({ of, is }) => {
    expect(dig(specOf(routed({ match: [of] })), 'rules', 0, 'matches')).toEqual([is]);
  });

  it.each<{ part: string; of: HttpMatch }>([
    { part: 'path', of: { uri: { suffix: '.html' } } },
    { part: 'method', of: { method: { prefix: 'P' } } },
    { part: 'header', of: { headers: { a: { prefix: '1' } } } },
    { part: 'query', of: { queryParams: { q: { suffix: '1' } } } },
  ])(
    'a $part that Gateway API has no words for makes the route impossible, for the audience as well',
    ({ part, of }) => {
      const { service, analysis, ...rest } = routed();
      const text = `Gateway API doesn't support the specified ${part} matching selector`;
      const impossible = `Invalid request matching selectors: ${text}`;
      expect(render({ ...rest, analysis, service: { ...service, match: [of] } })).toEqual({ impossible });
      const audience = { headers: { b: { exact: '1' } }, ...of };
      expect(render({ ...rest, service, analysis: { ...analysis, match: [audience] } })).toEqual({ impossible });
    },
  );

  it('an audience that names nobody would be everybody, so the route is impossible', () => {
    const { analysis, ...rest } = routed();
    const result = render({ ...rest, analysis: { ...analysis, match: [{ uri: { prefix: '/a' } }] } });
    expect(result).toEqual({ impossible: expect.stringContaining('analysis.match[0] names no header') });
  });

  it('of the audience hold together with those of the service, audiences first', () => {
    const service = { match: [{ uri: { prefix: '/a' }, headers: { old: { exact: '1' } } }, { uri: { prefix: '/b' } }] };
    const audiences = [{ headers: { new: { exact: '2' } } }, { queryParams: { q: { exact: '3' } } }];
    const spec = specOf(routed(service, { interval: '1m', threshold: 5, iterations: 2, match: audiences }));
    const [a, b] = ['/a', '/b'].map((value) => ({ path: { type: 'PathPrefix', value } }));
    expect(dig(spec, 'rules', 0, 'matches')).toEqual([
      { ...a, headers: [header('new', '2')] },
      { ...b, headers: [header('new', '2')] },
      { ...a, headers: [header('old', '1')], queryParams: [header('q', '3')] },
      { ...b, queryParams: [header('q', '3')] },
    ]);
    expect(dig(spec, 'rules', 1, 'matches')).toEqual([{ ...a, headers: [header('old', '1')] }, b]);
  });
});

describe('filters', () => {
  it.each([
    {
      name: 'a path is replaced whole',
      rewrite: { uri: '/v2' },
      is: { path: { type: 'ReplaceFullPath', replaceFullPath: '/v2' } },
    },
    {
      name: 'a prefix is replaced on demand',
      rewrite: { uri: '/v2', type: 'ReplacePrefixMatch' },
      is: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/v2' } },
    },
    { name: 'a host name alone', rewrite: { authority: 'inner' }, is: { hostname: 'inner' } },
  ])('$name', ({ rewrite, is }) => {
    expect(filter(routed({ rewrite }), 'URLRewrite')).toEqual({ type: 'URLRewrite', urlRewrite: is });
  });

  it.each([
    { maxAge: '24h', seconds: 86_400 },
    { maxAge: '1d', seconds: 5 },
    { maxAge: undefined, seconds: 5 },
  ])('a CORS answer with max age $maxAge is kept for $seconds seconds', ({ maxAge, seconds }) => {
    const corsPolicy = { allowOrigin: ['*'], allowCredentials: false, ...(maxAge ? { maxAge } : {}) };
    const cors = { allowOrigins: ['*'], maxAge: seconds };
    expect(filter(routed({ corsPolicy }), 'CORS')).toEqual({ type: 'CORS', cors });
  });

  it('v1beta1 has neither CORS nor timeouts', () => {
    const canary = routed(everyField, weights, 'gatewayapi:v1beta1');
    expect(filter(canary, 'CORS', {}, v1beta1)).toBeUndefined();
    expect(dig(specOf(canary, {}, v1beta1), 'rules', 0)).not.toHaveProperty('timeouts');
  });

  it('the mirrored share is said where it is asked for and served', () => {
    const analysis = { ...weights, mirror: true, mirrorWeight: 25 };
    const percent = (canary: Canary, mesh = v1) =>
      dig(filter(canary, 'RequestMirror', { traffic: mirrored }, mesh), 'requestMirror', 'percent');
    expect(percent(routed({}, analysis))).toBe(25);
    expect(percent(routed({}, { ...weights, mirror: true }))).toBeUndefined();
    expect(percent(routed({}, analysis, 'gatewayapi:v1beta1'), v1beta1)).toBeUndefined();
  });
});

describe('session affinity', () => {
  const split = { primary: 70, canary: 30, mirror: false };
  const rules = (canary: Canary, more: Partial<RouteRequest>, mesh = v1) => dig(specOf(canary, more, mesh), 'rules');
  const canary = routed({ headers: { response: { add: { a: '1' } } } }, { ...weights, sessionAffinity });

  it('keeps users on their side and hands out cookies', () => {
    const cookie = (value: string) => [{ type: 'RegularExpression', name: 'Cookie', value }];
    const made = rules(canary, { traffic: split, cookies });
    expect(made).toMatchObject([
      { matches: [{ headers: cookie('.*sticky.*abc.*') }], backendRefs: [{ weight: 0 }, { weight: 100 }] },
      { matches: [{ headers: cookie('.*stable.*def.*') }], backendRefs: [{ weight: 100 }, { weight: 0 }] },
      { backendRefs: [{ weight: 70 }, { weight: 30 }] },
    ]);
    const handedOut = (backend: number) =>
      dig(made, 2, 'backendRefs', backend, 'filters', 0, 'responseHeaderModifier', 'add', 0, 'value');
    expect(handedOut(0)).toBe('stable=def; Max-Age=60; HttpOnly; SameSite=Lax');
    expect(handedOut(1)).toBe('sticky=abc; Max-Age=86400; HttpOnly; SameSite=Lax');
  });

  it.each(['Cookie', 'cookie', 'COOKIE'])('leaves no other condition on the header that the user spells %s', (name) => {
    const headers = { [name]: { regex: '.*beta=1.*' }, 'x-a': { exact: '1' } };
    const of = routed({ match: [{ headers }] }, { ...weights, sessionAffinity });
    const conditions = (made: unknown, rule: number) => dig(made, rule, 'matches', 0, 'headers');
    const kept = { type: 'Exact', name: 'x-a', value: '1' };
    const cookie = (value: string) => ({ type: 'RegularExpression', name: 'Cookie', value });
    const sticky = rules(of, { traffic: split, cookies });
    expect(conditions(sticky, 0)).toEqual([kept, cookie('.*sticky.*abc.*')]);
    expect(conditions(sticky, 1)).toEqual([kept, cookie('.*stable.*def.*')]);
    expect(conditions(sticky, 2)).toEqual([{ type: 'RegularExpression', name, value: '.*beta=1.*' }, kept]);
    expect(conditions(rules(of, { cookies }), 0)).toEqual([kept, cookie('.*sticky.*old.*')]);
  });

  it('with v1beta1 only the canary has a cookie', () => {
    const made = rules(
      routed({}, { ...weights, sessionAffinity }, 'gatewayapi:v1beta1'),
      { traffic: split, cookies },
      v1beta1,
    );
    expect(made).toHaveLength(2);
    expect(dig(made, 1, 'backendRefs', 0)).not.toHaveProperty('filters');
  });

  it('asks to drop the old cookie within the one filter that a rule may have', () => {
    const made = rules(canary, { cookies });
    const add = [
      { name: 'Set-Cookie', value: 'sticky=old; Max-Age=-1' },
      { name: 'a', value: '1' },
    ];
    expect(dig(made, 0, 'filters')).toEqual([{ type: 'ResponseHeaderModifier', responseHeaderModifier: { add } }]);
    expect(dig(made, 1, 'filters', 0, 'responseHeaderModifier', 'add')).toEqual([{ name: 'a', value: '1' }]);
  });

  it.each(['Set-Cookie', 'set-cookie', 'SET-COOKIE'])(
    'asks to drop the old cookie instead of the one that the user adds as %s, elsewhere the latter is added',
    (name) => {
      const of = routed({ headers: { response: { add: { [name]: 'b=2' } } } }, { ...weights, sessionAffinity });
      const added = (rule: number) => dig(rules(of, { cookies }), rule, 'filters', 0, 'responseHeaderModifier', 'add');
      expect(added(0)).toEqual([{ name: 'Set-Cookie', value: 'sticky=old; Max-Age=-1' }]);
      expect(added(1)).toEqual([{ name, value: 'b=2' }]);
    },
  );
});

describe('a route is settled when its gateways took over its present generation', () => {
  const parent = { group: 'gateway.networking.k8s.io', kind: 'Gateway', namespace: 'istio-ingress', name: 'gateway' };
  const accepted = (status: string, observedGeneration?: number) => ({ type: 'Accepted', status, observedGeneration });

  function settled(parents: readonly unknown[], mesh = v1): unknown {
    const canary = routed({}, weights, mesh === v1 ? 'gatewayapi:v1' : 'gatewayapi:v1beta1');
    const [route] = rendered(render(canary, {}, mesh));
    if (!route) throw new Error('no route was rendered');
    const live = { ...route, metadata: { ...route.metadata, generation: 4 }, status: { parents } };
    return mesh.settled(canary, liveOf([live]));
  }

  it.each([
    { name: 'accepted', parents: [{ parentRef: parent, conditions: [accepted('True', 4)] }] },
    { name: 'accepted, without a generation', parents: [{ parentRef: parent, conditions: [accepted('True')] }] },
    { name: 'nobody reports', parents: [] },
    {
      name: 'another parent reports',
      parents: [{ parentRef: { ...parent, name: 'x' }, conditions: [accepted('False', 4)] }],
    },
    {
      name: 'no word about acceptance',
      parents: [{ parentRef: parent, conditions: [{ type: 'Programmed', status: 'False' }] }],
    },
  ])('settled: $name', ({ parents }) => {
    expect(settled(parents)).toEqual({ settled: true });
  });

  it.each([
    { name: 'refused', condition: accepted('False', 4), says: 'status: False, observed generation: 4' },
    { name: 'not seen yet', condition: accepted('True', 3), says: 'status: True, observed generation: 3' },
  ])('waiting: $name', ({ condition, says }) => {
    const { group: _, kind: __, ...short } = parent;
    const waiting = `HTTPRoute podinfo.test parent gateway is not ready (${says}, current generation: 4)`;
    expect(settled([{ parentRef: short, conditions: [condition] }])).toEqual({ settled: false, waiting });
  });

  it('v1beta1 waits for nobody', () => {
    expect(settled([{ parentRef: parent, conditions: [accepted('False', 1)] }], v1beta1)).toEqual({ settled: true });
  });

  it('a route that is not there is not settled', () => {
    const waiting = 'HTTPRoute podinfo.test get error: httproutes.gateway.networking.k8s.io "podinfo" not found';
    expect(v1.settled(routed(), liveOf([]))).toEqual({ settled: false, waiting });
  });
});

it('a weight that is not written counts as 1, so two of them are no percentages', () => {
  const backendRefs = [{ name: 'podinfo-primary' }, { name: 'podinfo-canary' }];
  const route = { ...userRoute('v1'), spec: { rules: [{ backendRefs }] } };
  expect(v1.read(routed(), liveOf([route]))).toEqual({
    unreadable: "HTTPRoute podinfo.test has weights 1 and 1, which don't add up to 100",
  });
});
