import { describe, expect, test } from 'vitest';
import { ask, seriesOf, type Written } from '../testing/series-of.ts';

/** The counts of a series that grows by `perStep` every ten seconds. */
function growing(perStep: number, steps = 7): readonly Written[] {
  return Array.from({ length: steps }, (_, index) => 1000 + index * perStep);
}

/** The buckets of a histogram; `perStep` are the counts that each bucket up to its bound grows by. */
function histogram(name: string, labels: string, perStep: Readonly<Record<string, number>>) {
  const series = Object.entries(perStep).map(([le, count]) => [`${name}{${labels},le="${le}"}`, growing(count)]);
  return Object.fromEntries(series) as Record<string, readonly Written[]>;
}

/** One minute after the first sample, so that a window of 30 s lies within the series. */
function answer(series: Readonly<Record<string, readonly Written[]>>, query: string): number {
  return Object.values(ask(seriesOf(series), query, 60) as Record<string, number>)[0] ?? Number.NaN;
}

describe('the queries of plain HTTP services', () => {
  const canary = 'kubernetes_namespace="test",kubernetes_pod_name="podinfo-6f9c-x2x1"';
  const primary = 'kubernetes_namespace="test",kubernetes_pod_name="podinfo-primary-6f9c-x2x1"';
  const matchers = 'kubernetes_namespace="test",kubernetes_pod_name=~"podinfo-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)"';
  const series = {
    [`http_request_duration_seconds_count{${canary},status="200"}`]: growing(90),
    [`http_request_duration_seconds_count{${canary},status="404"}`]: growing(5),
    [`http_request_duration_seconds_count{${canary},status="503"}`]: growing(5),
    [`http_request_duration_seconds_count{${primary},status="500"}`]: growing(1000),
    ...histogram('http_request_duration_seconds_bucket', `${canary},status="200"`, {
      0.1: 90,
      0.5: 98,
      1: 100,
      '+Inf': 100,
    }),
    ...histogram('http_request_duration_seconds_bucket', `${primary},status="200"`, {
      0.1: 0,
      0.5: 0,
      1: 0,
      '+Inf': 500,
    }),
  };

  test('success rate: the canary alone, errors are 5xx', () => {
    const query = `sum(rate(http_request_duration_seconds_count{${matchers},status!~"5.*"}[30s])) / sum(rate(http_request_duration_seconds_count{${matchers}}[30s])) * 100`;
    expect(answer(series, query)).toBeCloseTo(95, 9);
  });

  test('duration: the 99th percentile lies half way between 98 and 100 of 100', () => {
    const query = `histogram_quantile(0.99, sum(rate(http_request_duration_seconds_bucket{${matchers}}[30s])) by (le))`;
    expect(answer(series, query)).toBeCloseTo(0.75, 9);
  });

  test('without traffic the success rate is no number, and without series it is nothing', () => {
    const query = 'sum(rate(requests{code!~"5.*"}[30s])) / sum(rate(requests[30s])) * 100';
    expect(answer({ 'requests{code="200"}': growing(0) }, query)).toBeNaN();
    expect(ask(seriesOf({}), query, 60)).toEqual({});
  });

  test('when all requests fail there is no good series, so the success rate is nothing', () => {
    const query = 'sum(rate(requests{code!~"5.*"}[30s])) / sum(rate(requests[30s])) * 100';
    expect(ask(seriesOf({ 'requests{code="500"}': growing(5) }), query, 60)).toEqual({});
  });
});

describe('the queries of Istio', () => {
  const workload = (name: string) =>
    `reporter="destination",destination_workload_namespace="test",destination_workload="${name}"`;
  const matchers = 'reporter="destination",destination_workload_namespace="test",destination_workload=~"podinfo"';
  const series = {
    [`istio_requests_total{${workload('podinfo')},response_code="200"}`]: growing(198),
    [`istio_requests_total{${workload('podinfo')},response_code="500"}`]: growing(2),
    [`istio_requests_total{${workload('podinfo-primary')},response_code="500"}`]: growing(100),
    [`istio_requests_total{reporter="source",destination_workload_namespace="test",destination_workload="podinfo",response_code="500"}`]:
      growing(100),
    ...histogram('istio_request_duration_milliseconds_bucket', workload('podinfo'), { 50: 50, 100: 100, '+Inf': 100 }),
  };

  test('success rate: as the destination saw it', () => {
    const query = `sum(rate(istio_requests_total{${matchers},response_code!~"5.*"}[30s])) / sum(rate(istio_requests_total{${matchers}}[30s])) * 100`;
    expect(answer(series, query)).toBeCloseTo(99, 9);
  });

  test('duration: in milliseconds', () => {
    const query = `histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket{${matchers}}[30s])) by (le))`;
    expect(answer(series, query)).toBeCloseTo(99, 9);
  });

  test('duration: what is slower than all bounds counts as the highest of them', () => {
    const slow = histogram('istio_request_duration_milliseconds_bucket', workload('podinfo'), {
      50: 0,
      100: 0,
      '+Inf': 100,
    });
    const query = `histogram_quantile(0.99, sum(rate(istio_request_duration_milliseconds_bucket{${matchers}}[30s])) by (le))`;
    expect(answer(slow, query)).toBe(100);
  });
});

describe('the queries of NGINX', () => {
  const canary = 'namespace="test",ingress="podinfo",canary="podinfo-canary-80"';
  const matchers = 'namespace="test",ingress="podinfo",canary!=""';
  const series = {
    [`nginx_ingress_controller_requests{${canary},status="200"}`]: growing(9),
    [`nginx_ingress_controller_requests{${canary},status="502"}`]: growing(1),
    'nginx_ingress_controller_requests{namespace="test",ingress="podinfo",canary="",status="500"}': growing(1000),
    'nginx_ingress_controller_requests{namespace="test",ingress="podinfo",status="500"}': growing(1000),
    [`nginx_ingress_controller_response_duration_seconds_sum{${canary}}`]: growing(2.5),
    [`nginx_ingress_controller_response_duration_seconds_count{${canary}}`]: growing(10),
  };

  test('success rate: only what went to the canary', () => {
    const query = `sum(rate(nginx_ingress_controller_requests{${matchers},status!~"5.*"}[30s])) / sum(rate(nginx_ingress_controller_requests{${matchers}}[30s])) * 100`;
    expect(answer(series, query)).toBeCloseTo(90, 9);
  });

  test('duration: the mean in milliseconds', () => {
    const name = 'nginx_ingress_controller_response_duration_seconds';
    const query = `sum(rate(${name}_sum{${matchers}}[30s])) / sum(rate(${name}_count{${matchers}}[30s])) * 1000`;
    expect(answer(series, query)).toBeCloseTo(250, 9);
  });
});

describe('the queries of other providers', () => {
  test('Skipper counts by the open bucket of a histogram', () => {
    const route = 'kube(ew)?_skipper__skipper_ingress_canary__.*__backend_canary(_[0-9]+)?';
    const labels = 'route="kube_skipper__skipper_ingress_canary__app_example_com____backend_canary"';
    const name = 'skipper_response_duration_seconds_bucket';
    const series = {
      [`${name}{${labels},le="+Inf",code="200"}`]: growing(3),
      [`${name}{${labels},le="+Inf",code="500"}`]: growing(1),
      [`${name}{${labels},le="0.1",code="200"}`]: growing(2),
    };
    const query = `sum(rate(${name}{route=~"${route}",code!~"5..",le="+Inf"}[30s])) / sum(rate(${name}{route=~"${route}",le="+Inf"}[30s])) * 100`;
    expect(answer(series, query)).toBeCloseTo(75, 9);
  });

  test('Traefik scales a percentile within the query', () => {
    const service = 'service="test-podinfo-canary-80@kubernetescrd"';
    const name = 'traefik_service_request_duration_seconds_bucket';
    const series = histogram(name, service, { 0.1: 0, 0.2: 100, '+Inf': 100 });
    const query = `histogram_quantile(0.99, sum(rate(${name}{service=~"test-podinfo-canary-[0-9a-zA-Z-]+@kubernetescrd"}[30s])) by (le)) * 1000`;
    expect(answer(series, query)).toBeCloseTo(199, 9);
  });
});
