import { describe, expect, it } from 'vitest';
import type { Canary, HttpMatch } from '../src/api/canary.ts';
import type { JsonObject, KubeObject, StringMap } from '../src/kube/object.ts';
import { describeMesh, eitherSide } from './conformance.ts';
import type { Rendered } from './contract.ts';
import { nginx } from './nginx.ts';
import { meshOptions, podinfo } from './testing/canaries.ts';
import { liveOf, rendered } from './testing/live.ts';

const prefix = meshOptions.ingressAnnotationsPrefix;
const mesh = nginx(meshOptions);

const backend = (name: string) => ({ service: { name, port: { number: 80 } } });
const path = (name: string) => ({ path: '/', pathType: 'Prefix', backend: backend(name) });

function userIngress(annotations: StringMap = {}, paths = [path('podinfo')]): KubeObject {
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name: 'web', namespace: 'test', uid: 'uid-of-web', labels: { app: 'podinfo' }, annotations },
    spec: {
      ingressClassName: 'nginx',
      tls: [{ hosts: ['app.example.com'], secretName: 'tls' }],
      rules: [{ host: 'app.example.com', http: { paths } }, { host: 'empty.example.com' }],
    },
  };
}

const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' };
const canary = podinfo('nginx', { ingressRef });

function abTest(...headers: readonly JsonObject[]) {
  const match = headers.map((each) => ({ headers: each }));
  return podinfo('nginx', { ingressRef, analysis: { interval: '1m', threshold: 5, iterations: 3, match } });
}

describeMesh('nginx', mesh, [
  { name: 'weights', canary, given: [userIngress({ [`${prefix}/proxy-body-size`]: '8m' })], copiesSpec: true },
  {
    name: 'A/B conditions',
    canary: abTest({ 'x-canary': { exact: 'insider' } }, { cookie: { exact: 'canary' } }),
    given: [userIngress()],
    traffics: eitherSide,
    copiesSpec: true,
  },
]);

function render(of = canary, weight = 0, world: readonly KubeObject[] = [userIngress()]): Rendered {
  const traffic = { primary: 100 - weight, canary: weight, mirror: false };
  return mesh.render({ canary: of, traffic, selectorLabel: 'app', owned: true }, liveOf(world));
}

/** Annotations of the canary Ingress below the prefix. */
function settings(result: Rendered): StringMap {
  const all = Object.entries(rendered(result)[0]?.metadata.annotations ?? {});
  return Object.fromEntries(
    all.flatMap(([key, value]) => (key.startsWith(prefix) ? [[key.slice(prefix.length + 1), value]] : [])),
  );
}

describe('the canary Ingress', () => {
  it('leads every path of the apex to the canary and is otherwise a copy', () => {
    const [ingress] = rendered(render(canary, 0, [userIngress({}, [path('podinfo'), path('other')])]));
    expect(ingress?.metadata.name).toBe('web-canary');
    expect(ingress?.metadata.labels).toEqual({ app: 'podinfo' });
    expect(ingress?.spec).toEqual({
      ingressClassName: 'nginx',
      tls: [{ hosts: ['app.example.com'], secretName: 'tls' }],
      rules: [
        { host: 'app.example.com', http: { paths: [path('podinfo-canary'), path('other')] } },
        { host: 'empty.example.com' },
      ],
    });
  });

  it('follows every change of the settings of the user', () => {
    const before = rendered(render(canary, 30, [userIngress({ [`${prefix}/proxy-body-size`]: '8m', note: 'a' })]));
    const after = render(canary, 30, [userIngress({ [`${prefix}/limit-rps`]: '5', note: 'b' }), ...before]);
    expect(settings(after)).toEqual({ 'limit-rps': '5', canary: 'true', 'canary-weight': '30' });
    expect(rendered(after)[0]?.metadata.annotations).toMatchObject({ note: 'b' });
  });

  it('takes neither canary settings nor what kubectl applied from the user', () => {
    const user = { [`${prefix}/canary-weight-total`]: '7', 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
    const result = render(canary, 10, [userIngress(user)]);
    expect(settings(result)).toEqual({ canary: 'true', 'canary-weight': '10' });
    expect(rendered(result)[0]?.metadata.annotations).not.toHaveProperty([
      'kubectl.kubernetes.io/last-applied-configuration',
    ]);
  });
});

describe('A/B conditions', () => {
  const exact = { exact: 'insider' };

  it.each<{ name: string; headers: readonly JsonObject[]; says: StringMap }>([
    {
      name: 'a header',
      headers: [{ 'x-a': exact }],
      says: { 'canary-by-header': 'x-a', 'canary-by-header-value': 'insider' },
    },
    {
      name: 'a pattern',
      headers: [{ 'x-a': { regex: '.*' } }],
      says: { 'canary-by-header': 'x-a', 'canary-by-header-pattern': '.*' },
    },
    { name: 'a cookie', headers: [{ cookie: { exact: 'beta' } }], says: { 'canary-by-cookie': 'beta' } },
    {
      name: 'a header named Cookie',
      headers: [{ Cookie: exact }],
      says: { 'canary-by-header': 'Cookie', 'canary-by-header-value': 'insider' },
    },
    {
      name: 'of several headers the last one, whole',
      headers: [{ 'x-a': exact }, { 'x-b': { regex: 'b' } }],
      says: { 'canary-by-header': 'x-b', 'canary-by-header-pattern': 'b' },
    },
  ])('$name', ({ headers, says }) => {
    const of = abTest(...headers);
    expect(settings(render(of, 100))).toEqual({ canary: 'true', 'canary-weight': '0', ...says });
    expect(settings(render(of, 0))).toEqual({ canary: 'true', 'canary-weight': '0' });
  });
});

describe('A/B conditions that get lost are told', () => {
  const exact = { exact: 'insider' };
  const of = (...match: readonly HttpMatch[]): Canary => {
    const ab = abTest({ 'x-a': exact });
    return { ...ab, analysis: { ...ab.analysis, match } };
  };
  const told = (what: Canary) => mesh.can.leavesOut?.(what);
  const goesBy = (used: string, lost: string) =>
    `nginx tells requests by one header and one cookie: it goes by ${used}, and leaves out ${lost}`;

  it.each<{ name: string; canary: Canary }>([
    { name: 'weights', canary },
    { name: 'a single header', canary: of({ headers: { 'x-a': exact } }) },
    { name: 'a single cookie', canary: of({ headers: { cookie: exact } }) },
    { name: 'a header or a cookie', canary: of({ headers: { 'x-a': exact } }, { headers: { cookie: exact } }) },
    {
      name: 'a named entry with blank conditions',
      canary: of({ name: 'qa', headers: { 'x-a': exact }, uri: {}, queryParams: {}, gateways: [] }),
    },
    { name: 'conditions of which no Ingress can be made', canary: of({ uri: { exact: '/' } }) },
  ])('nothing with $name', ({ canary }) => {
    expect(told(canary)).toEqual([]);
  });

  it.each<{ name: string; match: readonly HttpMatch[]; says: readonly string[] }>([
    {
      name: 'all but the last header of one entry',
      match: [{ headers: { 'x-a': exact, 'x-b': { regex: 'b' }, 'x-c': exact } }],
      says: [
        goesBy(
          'analysis.match[0].headers["x-c"]',
          'analysis.match[0].headers["x-a"], analysis.match[0].headers["x-b"]',
        ),
      ],
    },
    {
      name: 'all but the last of several entries, also of the same header',
      match: [{ headers: { 'x-a': exact } }, { headers: { 'x-a': { exact: 'other' } } }],
      says: [goesBy('analysis.match[1].headers["x-a"]', 'analysis.match[0].headers["x-a"]')],
    },
    {
      name: 'all but the last header and the last cookie',
      match: [{ headers: { 'x-a': exact } }, { headers: { cookie: exact } }, { headers: { 'x-b': exact } }],
      says: [
        goesBy(
          'analysis.match[2].headers["x-b"] and analysis.match[1].headers["cookie"]',
          'analysis.match[0].headers["x-a"]',
        ),
      ],
    },
    {
      name: 'what is no header',
      match: [{ headers: { 'x-a': exact }, uri: { prefix: '/a' } }, { sourceLabels: { app: 'qa' } }],
      says: [goesBy('analysis.match[0].headers["x-a"]', 'analysis.match[0].uri, analysis.match[1].sourceLabels')],
    },
    {
      name: 'that a header and a cookie are to come together',
      match: [{ headers: { 'x-a': exact, cookie: exact } }],
      says: [
        'nginx can not ask for a header and a cookie together: ' +
          'either analysis.match[0].headers["x-a"] or analysis.match[0].headers["cookie"] is enough',
      ],
    },
  ])('$name', ({ match, says }) => {
    expect(told(of(...match))).toEqual(says);
  });
});

describe('no Ingress can be made', () => {
  const { ingressRef: _, ...rest } = canary;

  it.each([
    {
      name: 'without a reference',
      result: render({ ...rest, ingressRef: undefined }),
      says: 'ingress selector is empty',
    },
    {
      name: 'without the Ingress of the user',
      result: render(canary, 0, []),
      says: 'Ingress web.test get error: ingresses.networking.k8s.io "web" not found',
    },
    {
      name: 'without a path to the apex',
      result: render(canary, 0, [userIngress({}, [path('other')])]),
      says: 'backend podinfo not found in ingress web',
    },
    {
      name: 'for conditions that are to be split by weight',
      result: render({ ...canary, analysis: { ...canary.analysis, match: [{ headers: { a: { exact: 'b' } } }] } }),
      says: 'nginx can not split the requests of analysis.match by weight: set analysis.iterations',
    },
    {
      name: 'for the beginning of a header',
      result: render(abTest({ 'x-a': { prefix: 'in' } })),
      says: 'nginx can not tell requests by the header x-a that analysis.match describes',
    },
    {
      name: 'for a pattern of a cookie',
      result: render(abTest({ cookie: { regex: '.*' } })),
      says: 'nginx can not tell requests by the header cookie that analysis.match describes',
    },
    {
      name: 'for conditions without a header',
      result: render({
        ...abTest(),
        analysis: { ...canary.analysis, iterations: 3, match: [{ uri: { exact: '/' } }] },
      }),
      says: 'nginx tells requests by a header or a cookie, and analysis.match names none',
    },
  ])('$name', ({ result, says }) => {
    expect(result).toEqual({ impossible: says });
  });
});

describe('reading', () => {
  const read = (weight: string) => {
    const [ingress] = rendered(render());
    if (!ingress) throw new Error('no Ingress was rendered');
    const annotations = { [`${prefix}/canary-weight`]: weight };
    return mesh.read(canary, liveOf([{ ...ingress, metadata: { ...ingress.metadata, annotations } }]));
  };

  it.each([
    { weight: 'many', says: 'failed to convert many to int' },
    { weight: '', says: 'failed to convert' },
    { weight: '130', says: 'Ingress web-canary.test has the weight 130, which is not between 0 and 100' },
  ])('a weight "$weight" tells nothing', ({ weight, says }) => {
    expect(read(weight)).toEqual({ unreadable: expect.stringContaining(says) });
  });

  it('without a reference there is nothing to look at', () => {
    const nowhere = { ...canary, ingressRef: undefined };
    expect(mesh.refs(nowhere)).toEqual([]);
    expect(mesh.read(nowhere, liveOf([]))).toEqual({ unreadable: 'ingress selector is empty' });
  });
});
