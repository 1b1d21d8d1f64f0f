import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { builtinQuery, isBuiltinMetric, requestsQuery } from './builtin.ts';
import type { QueryModel } from './contract.ts';
import type { Family } from './family.ts';

interface Recorded {
  readonly family: Family;
  readonly namespace: string;
  readonly route: string;
  readonly successRate: string;
  readonly duration: string;
}

/** What the reference asked for a target, service and ingress named `podinfo`. */
const recorded: readonly Recorded[] = JSON.parse(
  readFileSync(new URL('testdata/builtin-queries.json', import.meta.url), 'utf8'),
);

const model: QueryModel = {
  name: 'podinfo',
  namespace: 'test',
  target: 'podinfo',
  service: 'podinfo',
  ingress: 'podinfo',
  route: 'podinfo',
  interval: '1m',
  variables: {},
};

const squeeze = (query: string) => query.replace(/\s+/g, '');

describe.each(recorded)('$family', ({ family, namespace, route, successRate, duration }) => {
  const seen = { ...model, namespace, route };

  test('asks for the success rate as the reference does', () => {
    const { query, factor } = builtinQuery(family, 'request-success-rate', seen);
    expect(squeeze(query)).toBe(squeeze(successRate));
    expect(factor).toBe(1);
  });

  test('asks for the duration as the reference does', () => {
    const { query, factor } = builtinQuery(family, 'request-duration', { ...seen, interval: '30s' });
    expect(squeeze(query)).toBe(squeeze(duration));
    expect(factor).toBe(family === 'http' ? 1000 : 1);
  });
});

test('every name has its place in the queries', () => {
  const names = { ...model, namespace: 'ns', target: 'tgt', service: 'svc', ingress: 'ing', route: 'rt' };
  const places: readonly [Family, string][] = [
    ['istio', 'destination_workload=~"tgt"'],
    ['http', 'kubernetes_pod_name=~"tgt-'],
    ['nginx', 'ingress="ing"'],
    ['contour', '"ns_svc-canary_'],
    ['gloo', '"ns-tgt-canaryupstream-'],
    ['apisix', '"ns_rt-tgt-canary_'],
    ['traefik', '"ns-tgt-canary-'],
    ['knative', '"ns/rt"'],
    ['kuma', '"tgt-canary_ns_svc_'],
  ];
  for (const [family, place] of places) {
    expect(builtinQuery(family, 'request-success-rate', names).query).toContain(place);
  }
});

test.each<readonly [Family, string]>([
  [
    'istio',
    'sum(increase(istio_requests_total{reporter="destination", destination_workload_namespace="test", destination_workload=~"podinfo"}[1m]))',
  ],
  ['linkerd', 'sum(increase(response_total{namespace="test", deployment=~"podinfo", direction="inbound"}[1m]))'],
  ['kuma', 'sum(increase(envoy_cluster_upstream_rq{service=~"podinfo-canary_test_svc_[0-9a-zA-Z-]+"}[1m]))'],
])('%s counts all requests of the window', (family, query) => {
  expect(requestsQuery(family, model)).toBe(query);
});

test('skipper knows only word characters', () => {
  const names = { ...model, namespace: 'skipper', ingress: 'skipper-ingress', service: 'backend' };
  const { query } = builtinQuery('skipper', 'request-duration', names);
  expect(query).toContain('route=~"kube(ew)?_skipper__skipper_ingress_canary__.*__backend_canary(_[0-9]+)?"');
});

test('two names are reserved', () => {
  expect(['request-success-rate', 'request-duration', 'latency', ''].filter(isBuiltinMetric)).toEqual([
    'request-success-rate',
    'request-duration',
  ]);
});
