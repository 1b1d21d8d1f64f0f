import { describe, expect, it } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { editHeaders } from './header-edits.ts';
import { buildTable, pick } from './routes.ts';
import { backendRef, httpRoute, ingress, requestOf } from './testing/objects.ts';

const options = { ingressClass: 'nginx', prefix: 'nginx.ingress.kubernetes.io' };
type Request = Parameters<typeof requestOf>[0];

function decide(routes: readonly KubeObject[], request: Request = {}, random = 0) {
  return pick(buildTable({ httpRoutes: routes, ingresses: [] }, options), requestOf(request), () => random);
}

/** Name of the Service that is taken, or the status of the gateway's own answer. */
function outcome(routes: readonly KubeObject[], request: Request = {}, random = 0): string | number {
  const decision = decide(routes, request, random);
  return decision.kind === 'forward' ? decision.backend.service : decision.status;
}

/** A rule with one match, whose Service is called as the rule is. */
function rule(name: string, match: object = {}) {
  return { matches: [match], backendRefs: [backendRef(name)] };
}

const path = (value: string, type = 'PathPrefix') => ({ path: { type, value } });
const header = (name: string, value: string, type = 'Exact') => ({ headers: [{ type, name, value }] });

describe('a match of an HTTPRoute', () => {
  const regex = 'RegularExpression';
  it.each<{ name: string; match: object; request: Request; taken: boolean }>([
    { name: 'nothing takes all', match: {}, request: { url: '/any/path' }, taken: true },
    { name: 'prefix / takes all', match: path('/'), request: { url: '/any' }, taken: true },
    { name: 'a prefix takes itself', match: path('/foo'), request: { url: '/foo' }, taken: true },
    { name: 'a prefix takes what is below it', match: path('/foo'), request: { url: '/foo/bar' }, taken: true },
    { name: 'a prefix ends at a slash', match: path('/foo'), request: { url: '/foobar' }, taken: false },
    { name: 'a slash behind a prefix means nothing', match: path('/foo/'), request: { url: '/foo' }, taken: true },
    { name: 'an exact path takes itself', match: path('/foo', 'Exact'), request: { url: '/foo?a=b' }, taken: true },
    { name: 'an exact path takes nothing else', match: path('/foo', 'Exact'), request: { url: '/foo/' }, taken: false },
    { name: 'a regex path must match whole', match: path('/v[12]', regex), request: { url: '/v1/x' }, taken: false },
    { name: 'a regex path matches', match: path('/v[12]/.*', regex), request: { url: '/v1/x' }, taken: true },
    { name: 'the method must be the same', match: { method: 'POST' }, request: {}, taken: false },
    { name: 'the method is the same', match: { method: 'GET' }, request: {}, taken: true },
    { name: 'header names know no case', match: header('X-A', 'b'), request: { headers: { 'x-a': 'b' } }, taken: true },
    { name: 'header values do', match: header('x-a', 'b'), request: { headers: { 'x-a': 'B' } }, taken: false },
    { name: 'an absent header never matches', match: header('x-a', '.*', regex), request: {}, taken: false },
    {
      name: 'a cookie among others is found by a regex',
      match: header('Cookie', '.*canary-cookie.*LpsIaLdoNZ.*', regex),
      request: { headers: { cookie: 'a=b; canary-cookie=LpsIaLdoNZ' } },
      taken: true,
    },
    {
      name: 'a regex may begin with RE2 flags',
      match: header('x-a', '(?i)insider', regex),
      request: { headers: { 'x-a': 'INSIDER' } },
      taken: true,
    },
    {
      name: 'query parameters must be there',
      match: { queryParams: [{ name: 'v', value: '2' }] },
      request: { url: '/?v=1' },
      taken: false,
    },
    {
      name: 'a query parameter matches',
      match: { queryParams: [{ name: 'v', value: '2|3', type: regex }] },
      request: { url: '/?u=9&v=3' },
      taken: true,
    },
    {
      name: 'a header name that comes again is ignored',
      match: { headers: [...header('x-a', 'b').headers, ...header('X-A', 'c').headers] },
      request: { headers: { 'x-a': 'b' } },
      taken: true,
    },
  ])('$name', ({ match, request, taken }) => {
    expect(outcome([httpRoute('web', [rule('web', match)])], request)).toBe(taken ? 'web' : 404);
  });

  it('holds when one of several does', () => {
    const rules = [{ matches: [path('/a'), path('/b')], backendRefs: [backendRef('web')] }];
    const urls = ['/a', '/b', '/c'];
    expect(urls.map((url) => outcome([httpRoute('web', rules)], { url }))).toEqual(['web', 'web', 404]);
  });
});

describe('of several matches wins', () => {
  const headers = { 'x-a': '1', 'x-b': '2' };
  it.each<{ name: string; winner: object; loser: object }>([
    { name: 'the exact path', winner: path('/a/b', 'Exact'), loser: { ...path('/a/b'), ...header('x-a', '1') } },
    {
      name: 'the exact path over a regex',
      winner: path('/a/b', 'Exact'),
      loser: path('/a/b.*.*.*.*', 'RegularExpression'),
    },
    { name: 'a regex over a prefix', winner: path('/a/.', 'RegularExpression'), loser: path('/a/b') },
    { name: 'the longer prefix', winner: path('/a/b'), loser: { ...path('/a'), method: 'GET', ...header('x-a', '1') } },
    { name: 'the one with a method', winner: { method: 'GET' }, loser: header('x-a', '1') },
    {
      name: 'the one with more headers',
      winner: { headers: [...header('x-a', '1').headers, ...header('x-b', '2').headers] },
      loser: { ...header('x-a', '1'), queryParams: [{ name: 'q', value: '1' }] },
    },
    { name: 'the one with more query parameters', winner: { queryParams: [{ name: 'q', value: '1' }] }, loser: {} },
  ])('$name, in whatever order they stand', ({ winner, loser }) => {
    const request = { url: '/a/b?q=1', headers };
    for (const rules of [
      [rule('winner', winner), rule('loser', loser)],
      [rule('loser', loser), rule('winner', winner)],
    ]) {
      expect(outcome([httpRoute('web', rules)], request)).toBe('winner');
    }
  });

  it('the first rule among equals', () => {
    const rules = [rule('first', header('x-a', '1')), rule('second', header('x-b', '2'))];
    expect(outcome([httpRoute('web', rules)], { headers })).toBe('first');
  });

  it('the older route, then the first by name', () => {
    const young = httpRoute('a', [rule('young')], {}, { creationTimestamp: '2026-02-01T00:00:00Z' });
    const old = httpRoute('b', [rule('old')]);
    expect(outcome([young, old])).toBe('old');
    expect(outcome([httpRoute('d', [rule('d')]), httpRoute('c', [rule('c')])])).toBe('c');
  });
});

describe('hosts', () => {
  it.each([
    { hostnames: ['www.example.com'], host: 'www.example.com', taken: true },
    { hostnames: ['WWW.example.com'], host: 'www.example.com', taken: true },
    { hostnames: ['www.example.com'], host: 'example.com', taken: false },
    { hostnames: ['*.example.com'], host: 'www.example.com', taken: true },
    { hostnames: ['*.example.com'], host: 'a.b.example.com', taken: true },
    { hostnames: ['*.example.com'], host: 'example.com', taken: false },
    { hostnames: ['*.example.com'], host: 'myexample.com', taken: false },
    { hostnames: [], host: 'anything', taken: true },
    { hostnames: ['a.com', 'b.com'], host: 'b.com', taken: true },
  ])('$hostnames take $host: $taken', ({ hostnames, host, taken }) => {
    expect(outcome([httpRoute('web', [rule('web')], { hostnames })], { host })).toBe(taken ? 'web' : 404);
  });

  it('that are more specific win, even when their route has no rule for the request', () => {
    const whole = httpRoute('whole', [rule('whole', path('/only'))], { hostnames: ['www.example.com'] });
    const long = httpRoute('long', [rule('long')], { hostnames: ['*.example.com'] });
    const short = httpRoute('short', [rule('short')], { hostnames: ['*.com'] });
    const any = httpRoute('any', [rule('any')]);
    const routes = [any, short, long, whole];
    expect(outcome(routes, { url: '/only' })).toBe('whole');
    expect(outcome(routes, { url: '/' })).toBe(404);
    expect(outcome(routes, { host: 'api.example.com' })).toBe('long');
    expect(outcome(routes, { host: 'other.com' })).toBe('short');
    expect(outcome(routes, { host: 'localhost' })).toBe('any');
  });
});

describe('weights', () => {
  const weighted = (...refs: object[]) => [httpRoute('web', [{ backendRefs: refs }])];
  it.each([
    {
      name: '100/0 takes the primary',
      refs: [backendRef('primary', 100), backendRef('canary', 0)],
      at: 0.999,
      to: 'primary',
    },
    {
      name: '0/100 takes the canary',
      refs: [backendRef('primary', 0), backendRef('canary', 100)],
      at: 0,
      to: 'canary',
    },
    { name: '70/30 below', refs: [backendRef('primary', 70), backendRef('canary', 30)], at: 0.699, to: 'primary' },
    { name: '70/30 above', refs: [backendRef('primary', 70), backendRef('canary', 30)], at: 0.7, to: 'canary' },
    {
      name: 'they need not sum up to 100',
      refs: [backendRef('primary', 3), backendRef('canary', 1)],
      at: 0.75,
      to: 'canary',
    },
    {
      name: 'an absent one counts as 1',
      refs: [backendRef('primary'), backendRef('canary', 1)],
      at: 0.5,
      to: 'canary',
    },
    { name: '0/0 takes none', refs: [backendRef('primary', 0), backendRef('canary', 0)], at: 0.5, to: 500 },
    { name: 'no backend takes none', refs: [], at: 0.5, to: 500 },
    {
      name: 'another kind has its share fail',
      refs: [backendRef('primary', 1), backendRef('x', 1, { kind: 'Job' })],
      at: 0.5,
      to: 500,
    },
    {
      name: 'another namespace has its share fail',
      refs: [backendRef('x', 1, { namespace: 'other' })],
      at: 0,
      to: 500,
    },
    { name: 'a missing port has its share fail', refs: [{ name: 'x' }], at: 0, to: 500 },
  ])('$name', ({ refs, at, to }) => expect(outcome(weighted(...refs), {}, at)).toBe(to));

  it('share 10,000 requests out as they say', () => {
    const table = buildTable(
      { httpRoutes: weighted(backendRef('primary', 80), backendRef('canary', 20)), ingresses: [] },
      options,
    );
    let seed = 1;
    const random = () => {
      seed = (seed * 16_807) % 2_147_483_647;
      return seed / 2_147_483_647;
    };
    const picked = Array.from({ length: 10_000 }, () => pick(table, requestOf(), random));
    const canary = picked.filter((decision) => decision.kind === 'forward' && decision.backend.service === 'canary');
    expect(canary.length).toBeGreaterThan(1800);
    expect(canary.length).toBeLessThan(2200);
  });
});

describe('the routes that the engine writes', () => {
  const refs = (primary: number, canary: number, more: readonly [object, object] = [{}, {}]) => [
    backendRef('web-primary', primary, more[0]),
    backendRef('web-canary', canary, more[1]),
  ];

  it('for A/B testing send matching users to the canary and others to the primary', () => {
    const insider = { ...path('/'), ...header('x-canary', 'insider') };
    const rules = [
      { matches: [insider], backendRefs: refs(0, 100) },
      { matches: [path('/')], backendRefs: [backendRef('web-primary', 100)] },
    ];
    const routes = [httpRoute('web', rules)];
    expect(outcome(routes, { headers: { 'x-canary': 'insider' } }, 0.5)).toBe('web-canary');
    expect(outcome(routes, {}, 0.5)).toBe('web-primary');
  });

  it('for session affinity keep users by their cookie and hand new ones a cookie of their backend', () => {
    const cookie = (value: string) => header('Cookie', `.*session.*${value}.*`, 'RegularExpression');
    const handsOut = (value: string) => {
      const add = [{ name: 'Set-Cookie', value: `session=${value}; Max-Age=60` }];
      return { filters: [{ type: 'ResponseHeaderModifier', responseHeaderModifier: { add } }] };
    };
    const rules = [
      { matches: [cookie('CANARY')], backendRefs: refs(0, 100) },
      { matches: [cookie('PRIMARY')], backendRefs: refs(100, 0) },
      { matches: [path('/')], backendRefs: refs(70, 30, [handsOut('PRIMARY'), handsOut('CANARY')]) },
    ];
    const routes = [httpRoute('web', rules)];
    expect(outcome(routes, { headers: { cookie: 'session=CANARY' } })).toBe('web-canary');
    expect(outcome(routes, { headers: { cookie: 'session=PRIMARY' } }, 0.99)).toBe('web-primary');
    const fresh = decide(routes, {}, 0.99);
    expect(fresh).toMatchObject({ kind: 'forward', backend: { service: 'web-canary' } });
    const edits = fresh.kind === 'forward' ? fresh.responseEdits : [];
    expect(editHeaders({ 'set-cookie': ['own=1'] }, edits)['set-cookie']).toEqual([
      'own=1',
      'session=CANARY; Max-Age=60',
    ]);
  });
});

describe('filters', () => {
  const filtered = (filters: readonly object[], match: object = {}, ref: object = {}) =>
    httpRoute('web', [{ matches: [match], filters, backendRefs: [backendRef('web', 1, ref)] }]);

  it('change request and response headers, those of the backend last', () => {
    const edit = (type: string, field: string, value: string) => ({
      type,
      [field]: { set: [{ name: 'X-Set', value }], add: [{ name: 'X-Add', value }], remove: ['X-Gone'] },
    });
    const both = (value: string) => [
      edit('RequestHeaderModifier', 'requestHeaderModifier', value),
      edit('ResponseHeaderModifier', 'responseHeaderModifier', value),
    ];
    const decision = decide([filtered(both('rule'), {}, { filters: both('backend') })]);
    if (decision.kind !== 'forward') throw new Error('not forwarded');
    for (const edits of [decision.requestEdits, decision.responseEdits]) {
      const headers = editHeaders({ 'x-gone': '1', 'x-add': 'own', other: 'kept' }, edits);
      expect(headers).toEqual({ other: 'kept', 'x-set': 'backend', 'x-add': 'own, rule, backend' });
    }
  });

  it.each([
    {
      name: 'a full path',
      rewrite: { type: 'ReplaceFullPath', replaceFullPath: '/new' },
      url: '/old/x?q=1',
      to: '/new?q=1',
    },
    {
      name: 'a prefix',
      rewrite: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' },
      url: '/old/x',
      to: '/new/x',
    },
    {
      name: 'a prefix by /',
      rewrite: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' },
      url: '/old/x',
      to: '/x',
    },
    {
      name: 'a whole prefix by /',
      rewrite: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/' },
      url: '/old',
      to: '/',
    },
    {
      name: 'a prefix with slash',
      rewrite: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new/' },
      url: '/old/',
      to: '/new/',
    },
  ])('rewrite $name', ({ rewrite, url, to }) => {
    const filter = { type: 'URLRewrite', urlRewrite: { hostname: 'inner', path: rewrite } };
    expect(decide([filtered([filter], path('/old'))], { url })).toMatchObject({ path: to, host: 'inner' });
  });

  it('leave the path when there is no prefix to replace', () => {
    const filter = {
      type: 'URLRewrite',
      urlRewrite: { path: { type: 'ReplacePrefixMatch', replacePrefixMatch: '/new' } },
    };
    expect(decide([filtered([filter], path('/old', 'Exact'))], { url: '/old' })).toMatchObject({ path: '/old' });
  });

  it.each([
    { name: 'to https', redirect: { scheme: 'https' }, status: 302, location: 'https://www.example.com/a?b=c' },
    {
      name: 'for good',
      redirect: { statusCode: 301, hostname: 'new.com' },
      status: 301,
      location: 'http://new.com/a?b=c',
    },
    {
      name: 'to a port',
      redirect: { port: 8443, scheme: 'https' },
      status: 302,
      location: 'https://www.example.com:8443/a?b=c',
    },
    { name: 'to the usual port', redirect: { port: 80 }, status: 302, location: 'http://www.example.com/a?b=c' },
    {
      name: 'to a path',
      redirect: { path: { type: 'ReplaceFullPath', replaceFullPath: '/z' } },
      status: 302,
      location: 'http://www.example.com/z?b=c',
    },
  ])('redirect $name', ({ redirect, status, location }) => {
    const decision = decide([filtered([{ type: 'RequestRedirect', requestRedirect: redirect }])], { url: '/a?b=c' });
    expect(decision).toMatchObject({ kind: 'respond', status });
    expect(decision.kind === 'respond' && editHeaders({}, decision.headers)).toEqual({ location });
  });

  it.each([
    { name: 'all', more: {}, at: 0.99, mirrored: true },
    { name: 'a percentage, within', more: { percent: 30 }, at: 0.29, mirrored: true },
    { name: 'a percentage, beyond', more: { percent: 30 }, at: 0.3, mirrored: false },
    { name: 'a fraction, within', more: { fraction: { numerator: 1, denominator: 4 } }, at: 0.24, mirrored: true },
    { name: 'a fraction of 100, beyond', more: { fraction: { numerator: 1 } }, at: 0.02, mirrored: false },
    { name: 'to what can’t be reached', more: { backendRef: { kind: 'Job', name: 'x' } }, at: 0, mirrored: false },
  ])('mirror $name', ({ more, at, mirrored }) => {
    const requestMirror = { backendRef: backendRef('web-canary'), ...more };
    const decision = decide([filtered([{ type: 'RequestMirror', requestMirror }])], {}, at);
    const backend = { namespace: 'test', service: 'web-canary', port: 80 };
    expect(decision).toMatchObject({ backend: { service: 'web' }, mirrors: mirrored ? [backend] : [] });
  });

  it('that nobody knows make the route void', () => {
    const good = httpRoute('z', [rule('good')]);
    expect(outcome([filtered([{ type: 'ExtensionRef', extensionRef: {} }]), good])).toBe('good');
    expect(outcome([httpRoute('web', [rule('web', path('(', 'RegularExpression'))]), good])).toBe('good');
    expect(outcome([httpRoute('web', [rule('web', path('/', 'Glob'))]), good])).toBe('good');
    expect(outcome([httpRoute('web', [rule('web', header('x', '.*', 'Glob'))]), good])).toBe('good');
  });
});

describe('timeouts', () => {
  it.each([
    { text: '10s', ms: 10_000 },
    { text: '1m30s', ms: 90_000 },
    { text: '250ms', ms: 250 },
    { text: '1h', ms: 3_600_000 },
    { text: '0s', ms: undefined },
  ])('of $text are $ms milliseconds', ({ text, ms }) => {
    const rules = [{ backendRefs: [backendRef('web')], timeouts: { request: text, backendRequest: text } }];
    expect(decide([httpRoute('web', rules)])).toMatchObject({ timeoutMs: ms, backendTimeoutMs: ms });
  });

  it('that can’t be read make the route void', () => {
    expect(outcome([httpRoute('web', [{ backendRefs: [backendRef('web')], timeouts: { request: '1.5s' } }])])).toBe(
      404,
    );
  });
});

describe('CORS', () => {
  const filter = {
    type: 'CORS',
    cors: {
      allowOrigins: ['https://app.example.com', 'https://*.shop.com'],
      allowMethods: ['GET', 'PUT'],
      allowHeaders: ['*'],
      exposeHeaders: ['x-id'],
      allowCredentials: true,
      maxAge: 600,
    },
  };
  const routes = [httpRoute('web', [{ filters: [filter], backendRefs: [backendRef('web')] }])];
  const asks = (origin: string) => ({
    method: 'OPTIONS',
    headers: { origin, 'access-control-request-method': 'PUT', 'access-control-request-headers': 'x-b' },
  });

  it('answers a preflight of an allowed origin by itself', () => {
    const decision = decide(routes, asks('https://eu.shop.com'));
    expect(decision).toMatchObject({ kind: 'respond', status: 204 });
    expect(decision.kind === 'respond' && editHeaders({}, decision.headers)).toEqual({
      'access-control-allow-origin': 'https://eu.shop.com',
      'access-control-allow-credentials': 'true',
      'access-control-allow-methods': 'GET, PUT',
      'access-control-allow-headers': 'x-b',
      'access-control-max-age': '600',
      vary: 'Origin',
    });
  });

  it('answers a preflight of another origin without allowing anything', () => {
    for (const origin of ['http://app.example.com', 'https://evil.com']) {
      const decision = decide(routes, asks(origin));
      expect(decision.kind === 'respond' && editHeaders({}, decision.headers)).toEqual({});
    }
  });

  it('adds headers to the answers of the backend', () => {
    const decision = decide(routes, { headers: { origin: 'https://app.example.com' } });
    expect(decision.kind === 'forward' && editHeaders({}, decision.responseEdits)).toEqual({
      'access-control-allow-origin': 'https://app.example.com',
      'access-control-allow-credentials': 'true',
      'access-control-expose-headers': 'x-id',
      vary: 'Origin',
    });
    expect(decide(routes, {})).toMatchObject({ kind: 'forward', responseEdits: [{ set: [] }] });
  });
});

it('HTTPRoutes are asked before Ingresses', () => {
  const table = buildTable(
    { httpRoutes: [httpRoute('web', [rule('route', path('/r'))])], ingresses: [ingress()] },
    options,
  );
  const to = (url: string) => pick(table, requestOf({ url }), () => 0);
  expect(to('/r')).toMatchObject({ backend: { service: 'route' }, origin: { kind: 'HTTPRoute' } });
  expect(to('/i')).toMatchObject({ backend: { service: 'web' }, origin: { kind: 'Ingress' } });
});
