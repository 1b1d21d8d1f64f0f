import { expect, test } from 'vitest';
import { createControllerMetrics } from './metrics.ts';

async function lines(set: (metrics: ReturnType<typeof createControllerMetrics>) => void): Promise<string[]> {
  const metrics = createControllerMetrics();
  set(metrics);
  return (await metrics.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
}

test.each([
  {
    name: 'version and provider',
    set: (m) => m.setInfo('1.43.0', 'istio'),
    line: 'flagger_info{version="1.43.0",mesh_provider="istio"} 1',
  },
  {
    name: 'canaries per namespace',
    set: (m) => m.setTotal('test', 3),
    line: 'flagger_canary_total{namespace="test"} 3',
  },
  {
    name: 'status',
    set: (m) => m.setStatus('podinfo', 'test', 2),
    line: 'flagger_canary_status{name="podinfo",namespace="test"} 2',
  },
  {
    name: 'weight of the primary',
    set: (m) => m.setWeights('podinfo', 'test', 80, 20),
    line: 'flagger_canary_weight{workload="podinfo-primary",namespace="test"} 80',
  },
  {
    name: 'weight of the canary',
    set: (m) => m.setWeights('podinfo', 'test', 80, 20),
    line: 'flagger_canary_weight{workload="podinfo",namespace="test"} 20',
  },
  {
    name: 'the last value of a check',
    set: (m) => m.setMetric('podinfo', 'test', 'request-success-rate', 99.5),
    line: 'flagger_canary_metric_analysis{name="podinfo",namespace="test",metric="request-success-rate"} 99.5',
  },
  {
    name: 'duration of a step',
    set: (m) => m.observeDuration('podinfo', 'test', 0.02),
    line: 'flagger_canary_duration_seconds_bucket{le="0.025",name="podinfo",namespace="test"} 1',
  },
  {
    name: 'promotions',
    set: (m) => m.countRun('podinfo', 'test', 'succeeded', 'canary', 'completed'),
    line: 'flagger_canary_successes_total{name="podinfo",namespace="test",deployment_strategy="canary",analysis_status="completed"} 1',
  },
  {
    name: 'rollbacks',
    set: (m) => m.countRun('podinfo', 'test', 'failed', 'blue-green', 'completed'),
    line: 'flagger_canary_failures_total{name="podinfo",namespace="test",deployment_strategy="blue-green",analysis_status="completed"} 1',
  },
  {
    name: 'requests',
    set: (m) => m.countRequest('patch', 409),
    line: 'sluice_api_requests_total{verb="patch",code="409"} 1',
  },
  {
    name: 'watches',
    set: (m) => m.setWatchLags(() => [{ kind: 'Canary', ms: 12 }]),
    line: 'sluice_watch_lag_seconds{kind="Canary"} 0.012',
  },
  { name: 'queue', set: (m) => m.setQueueDepth(4), line: 'sluice_queue_depth 4' },
] satisfies { name: string; set: (metrics: ReturnType<typeof createControllerMetrics>) => void; line: string }[])(
  '$name: $line',
  async ({ set, line }) => {
    expect(await lines(set)).toContain(line);
  },
);

test('the buckets of the duration are the default ones of the reference', async () => {
  const found = await lines((metrics) => metrics.observeDuration('a', 'b', 1));
  const bounds = found.flatMap((line) => line.match(/le="([^"]+)"/)?.[1] ?? []);
  expect(bounds).toEqual(['0.005', '0.01', '0.025', '0.05', '0.1', '0.25', '0.5', '1', '2.5', '5', '10', '+Inf']);
});

test('two controllers of one process share nothing', async () => {
  createControllerMetrics().setTotal('test', 3);
  expect(await lines(() => {})).not.toContain('flagger_canary_total{namespace="test"} 3');
});
