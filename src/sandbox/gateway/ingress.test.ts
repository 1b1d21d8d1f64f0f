import { describe, expect, it } from 'vitest';
import type { KubeObject, StringMap } from '../../kube/object.ts';
import { buildTable, pick } from './routes.ts';
import { canaryIngress, type IngressShape, ingress, requestOf } from './testing/objects.ts';

const options = { ingressClass: 'nginx', prefix: 'nginx.ingress.kubernetes.io' };

function decide(ingresses: readonly KubeObject[], request: Parameters<typeof requestOf>[0] = {}, random = 0) {
  return pick(buildTable({ httpRoutes: [], ingresses }, options), requestOf(request), () => random);
}

function service(ingresses: readonly KubeObject[], request: Parameters<typeof requestOf>[0] = {}, random = 0) {
  const decision = decide(ingresses, request, random);
  return decision.kind === 'forward' ? decision.backend.service : decision.status;
}

describe('a path of an Ingress', () => {
  it.each<{ name: string; shape: IngressShape; url: string; taken: boolean }>([
    { name: 'a prefix takes what is below', shape: { path: '/api' }, url: '/api/x', taken: true },
    { name: 'a prefix ends at a slash', shape: { path: '/api' }, url: '/apis', taken: false },
    { name: 'an exact path takes itself', shape: { path: '/api', pathType: 'Exact' }, url: '/api', taken: true },
    {
      name: 'an exact path takes nothing else',
      shape: { path: '/api', pathType: 'Exact' },
      url: '/api/',
      taken: false,
    },
    {
      name: 'what is up to the controller is a prefix',
      shape: { path: '/a', pathType: 'ImplementationSpecific' },
      url: '/a/b',
      taken: true,
    },
    { name: 'another host', shape: { host: 'other.com' }, url: '/', taken: false },
    { name: 'no host', shape: { host: '' }, url: '/', taken: true },
    { name: 'another class', shape: { spec: { ingressClassName: 'skipper' } }, url: '/', taken: false },
    {
      name: 'another class by annotation',
      shape: { annotations: { 'kubernetes.io/ingress.class': 'x' }, spec: { ingressClassName: undefined } },
      url: '/',
      taken: false,
    },
    { name: 'no class', shape: { spec: { ingressClassName: undefined } }, url: '/', taken: true },
  ])('$name: $taken', ({ shape, url, taken }) => {
    expect(service([ingress(shape)], { url })).toBe(taken ? 'web' : 404);
  });

  it('wins when it is longer, or exact', () => {
    const all = [
      ingress({ name: 'a', service: 'root' }),
      ingress({ name: 'b', service: 'long', path: '/api' }),
      ingress({ name: 'c', service: 'exact', path: '/api', pathType: 'Exact' }),
    ];
    const urls = ['/', '/api/x', '/api'];
    expect(urls.map((url) => service(all, { url }))).toEqual(['root', 'long', 'exact']);
  });

  it('may name its port', () => {
    const backend = { service: { name: 'web', port: { name: 'http' } } };
    const rules = [{ http: { paths: [{ backend }] } }, { host: 'bare.com' }];
    expect(decide([ingress({ spec: { rules } })])).toMatchObject({ backend: { service: 'web', port: 'http' } });
  });

  it('leaves the rest to the default backend', () => {
    const defaultBackend = { service: { name: 'rest', port: { number: 80 } } };
    const all = [ingress({ path: '/api', spec: { defaultBackend } })];
    expect(service(all, { url: '/api' })).toBe('web');
    expect(service(all, { url: '/' })).toBe('rest');
    expect(service(all, { host: 'other.com' })).toBe('rest');
  });
});

describe('a canary Ingress', () => {
  const header = { 'canary-by-header': 'X-Canary' };
  const value = { ...header, 'canary-by-header-value': 'insider' };
  const pattern = { ...header, 'canary-by-header-pattern': '^in.*r$' };
  const cookie = { 'canary-by-cookie': 'beta' };
  const all = { 'canary-weight': '100' };
  const sent = (name: string) => ({ 'x-canary': name });
  it.each<{ name: string; rule: StringMap; headers: StringMap; random: number; canary: boolean }>([
    { name: 'weight 0 takes none', rule: { 'canary-weight': '0' }, headers: {}, random: 0, canary: false },
    {
      name: 'weight 30 takes what is below',
      rule: { 'canary-weight': '30' },
      headers: {},
      random: 0.299,
      canary: true,
    },
    {
      name: 'weight 30 leaves what is above',
      rule: { 'canary-weight': '30' },
      headers: {},
      random: 0.3,
      canary: false,
    },
    { name: 'weight 100 takes all', rule: all, headers: {}, random: 0.999, canary: true },
    {
      name: 'a weight of another total',
      rule: { 'canary-weight': '1', 'canary-weight-total': '1000' },
      headers: {},
      random: 0.002,
      canary: false,
    },
    {
      name: 'a total below 100 is none',
      rule: { 'canary-weight': '30', 'canary-weight-total': '50' },
      headers: {},
      random: 0.4,
      canary: false,
    },
    { name: 'a weight that is no number', rule: { 'canary-weight': 'many' }, headers: {}, random: 0, canary: false },
    { name: 'no rule at all', rule: {}, headers: {}, random: 0, canary: false },
    { name: 'header always', rule: header, headers: sent('always'), random: 0.99, canary: true },
    {
      name: 'header never, before the weight',
      rule: { ...header, ...all },
      headers: sent('never'),
      random: 0,
      canary: false,
    },
    {
      name: 'another header value leaves it to the weight',
      rule: { ...header, ...all },
      headers: sent('x'),
      random: 0,
      canary: true,
    },
    { name: 'no header leaves it to the weight', rule: { ...header, ...all }, headers: {}, random: 0, canary: true },
    { name: 'the header value', rule: value, headers: sent('insider'), random: 0.99, canary: true },
    { name: 'always isn’t the header value', rule: value, headers: sent('always'), random: 0, canary: false },
    {
      name: 'never isn’t one either, so the weight decides',
      rule: { ...value, ...all },
      headers: sent('never'),
      random: 0,
      canary: true,
    },
    { name: 'the header pattern', rule: pattern, headers: sent('insider'), random: 0.99, canary: true },
    { name: 'not the header pattern', rule: pattern, headers: sent('outsider'), random: 0, canary: false },
    {
      name: 'the value goes before the pattern',
      rule: { ...pattern, ...value },
      headers: sent('inner'),
      random: 0,
      canary: false,
    },
    {
      name: 'a pattern that can’t be read is none',
      rule: { ...header, 'canary-by-header-pattern': '(' },
      headers: sent('always'),
      random: 0,
      canary: true,
    },
    { name: 'cookie always', rule: cookie, headers: { cookie: 'a=b; beta=always' }, random: 0.99, canary: true },
    {
      name: 'cookie never, before the weight',
      rule: { ...cookie, ...all },
      headers: { cookie: 'beta=never' },
      random: 0,
      canary: false,
    },
    {
      name: 'another cookie value leaves it to the weight',
      rule: { ...cookie, ...all },
      headers: { cookie: 'beta=1' },
      random: 0,
      canary: true,
    },
    {
      name: 'header always, before cookie never',
      rule: { ...header, ...cookie },
      headers: { ...sent('always'), cookie: 'beta=never' },
      random: 0,
      canary: true,
    },
    {
      name: 'header never, before cookie always',
      rule: { ...header, ...cookie },
      headers: { ...sent('never'), cookie: 'beta=always' },
      random: 0,
      canary: false,
    },
    {
      name: 'a header that says nothing leaves it to the cookie',
      rule: { ...value, ...cookie },
      headers: { ...sent('x'), cookie: 'beta=always' },
      random: 0.99,
      canary: true,
    },
    {
      name: 'canary that isn’t true is a main Ingress',
      rule: { canary: 'false', ...all },
      headers: {},
      random: 0,
      canary: false,
    },
  ])('$name: $canary', ({ rule, headers, random, canary }) => {
    const objects = [ingress(), canaryIngress(rule)];
    expect(service(objects, { headers }, random)).toBe(canary ? 'web-canary' : 'web');
    expect(decide(objects, { headers }, random)).toMatchObject({ canary, origin: { name: 'web', service: 'web' } });
  });

  it('falls back to the main backend', () => {
    expect(decide([ingress(), canaryIngress(all)])).toMatchObject({ otherwise: { service: 'web' } });
    expect(decide([ingress()])).toMatchObject({ otherwise: undefined });
  });

  it.each<{ name: string; shape: IngressShape }>([
    { name: 'another host', shape: { host: 'other.com' } },
    { name: 'another path', shape: { path: '/api' } },
    { name: 'another path type', shape: { pathType: 'Exact' } },
    { name: 'the same backend', shape: { service: 'web' } },
  ])('with $name has no effect', ({ shape }) => {
    expect(decide([ingress(), canaryIngress(all, shape)])).toMatchObject({
      backend: { service: 'web' },
      canary: false,
    });
  });

  it('without a main Ingress takes nothing', () => expect(service([canaryIngress(all)])).toBe(404));

  it('that is the second of a path has no effect', () => {
    const second = canaryIngress(all, { name: 'z-canary', service: 'second' });
    expect(service([ingress(), second, canaryIngress({ 'canary-weight': '0' })])).toBe('web');
  });

  it('may have annotations with another prefix', () => {
    const annotations = { 'my.org/canary': 'true', 'my.org/canary-weight': '100' };
    const objects = [ingress(), ingress({ name: 'c', service: 'web-canary', annotations })];
    const table = buildTable({ httpRoutes: [], ingresses: objects }, { ...options, prefix: 'my.org' });
    expect(pick(table, requestOf(), () => 0)).toMatchObject({ canary: true });
  });
});
