import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { memoryHttp, type Reply } from '../runtime/testing/memory-http.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { metricQuestions } from './analysis/checks.ts';
import { Measure } from './measure.ts';
import { sceneOf, steps } from './testing/scene.ts';

const template: KubeObject = {
  apiVersion: 'flagger.app/v1beta1',
  kind: 'MetricTemplate',
  metadata: { name: 'errors', namespace: 'test' },
  spec: { provider: { type: 'graphite', address: 'http://graphite.test' }, query: 'target=errors' },
};

const vector = (...values: number[]) =>
  JSON.stringify({
    status: 'success',
    data: { resultType: 'vector', result: values.map((value) => ({ metric: {}, value: [0, String(value)] })) },
  });

const locked: KubeObject = {
  ...template,
  metadata: { name: 'locked', namespace: 'test' },
  spec: { provider: { type: 'datadog', secretRef: { name: 'keys' } }, query: 'x' },
};
const keyless: KubeObject = {
  ...template,
  metadata: { name: 'keyless', namespace: 'test' },
  spec: { provider: { type: 'datadog', secretRef: { name: 'empty' } }, query: 'x' },
};
const broken: KubeObject = { ...template, metadata: { name: 'broken', namespace: 'test' }, spec: {} };
const open: KubeObject = {
  ...template,
  metadata: { name: 'open', namespace: 'test' },
  spec: { provider: { type: 'prometheus', address: 'http://other.test' }, query: '{{ variables.missing }}' },
};
const lost: KubeObject = {
  ...template,
  metadata: { name: 'lost', namespace: 'test' },
  spec: { provider: { type: 'graphite', address: 'ann:s3cret@gr:80' }, query: 'target=x' },
};
const templates = [template, locked, keyless, broken, open, lost];
const empty: KubeObject = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'empty', namespace: 'test' } };

function setUp(metric: Record<string, unknown>, replies: readonly Reply[], spec: Record<string, unknown> = {}) {
  const http = memoryHttp(replies);
  const warnings: string[] = [];
  const measurer = new Measure({
    cluster: {
      get: ({ name }) => templates.find(({ metadata }) => metadata.name === name),
      read: async ({ name }) => (name === 'empty' ? empty : undefined),
    },
    http,
    clock: new VirtualClock(),
    metricsServer: 'http://prometheus.test',
    meshProvider: 'gatewayapi:v1',
    onWarning: (_, warning) => warnings.push(warning),
  });
  const scene = sceneOf({ spec: { analysis: steps({ metrics: [metric] }), ...spec } });
  const [question] = metricQuestions(scene.canary.analysis.metrics);
  if (!question) throw new Error('there is no metric');
  return { http, measurer, scene, question, warnings, signal: new AbortController().signal };
}

/** Measures the only metric of a Canary; gives the answer and the queries that it took. */
async function measure(metric: Record<string, unknown>, replies: readonly Reply[], spec: Record<string, unknown> = {}) {
  const { http, measurer, scene, question, warnings, signal } = setUp(metric, replies, spec);
  const answer = await measurer.metric(scene, question, signal);
  return { answer, warnings, queries: http.requests.map(({ url }) => new URL(url).searchParams.get('query') ?? url) };
}

/** What the probe of the only metric finds wrong. */
function probe(metric: Record<string, unknown>, replies: readonly Reply[], spec: Record<string, unknown> = {}) {
  const { measurer, scene, question, signal } = setUp(metric, replies, spec);
  return measurer.probe(scene.canary, question.metric, question.form, signal);
}

describe('a built-in metric', () => {
  const rate = { name: 'request-success-rate', thresholdRange: { min: 99 } };

  test('takes one query', async () => {
    const { answer, queries } = await measure(rate, [vector(99.5)]);
    expect(answer).toEqual({ kind: 'metric', verdict: 'pass', value: '99.50', bound: '>= 99', gauge: 99.5 });
    expect(queries).toHaveLength(1);
  });

  test('counts the requests of its window where it asks for a least number', async () => {
    const { answer, queries } = await measure({ ...rate, minSamples: 20, interval: '2m' }, [
      vector(99.5),
      vector(19.6),
    ]);
    expect(answer).toMatchObject({ verdict: 'pass', samples: 20 });
    expect(queries[1]).toMatch(/^sum\(increase\(http_request_duration_seconds_count\{.*\}\[2m\]\)\)$/);
  });

  test.each<readonly [string, Reply, Record<string, unknown>]>([
    ['rests on too few requests', vector(3), { verdict: 'noData', samples: 3 }],
    ['rests on none when nothing was counted', vector(), { verdict: 'noData', samples: 0 }],
    ['can not be trusted when the count fails', 500, { verdict: 'error' }],
  ])('%s', async (_, count, expected) => {
    const { answer } = await measure({ ...rate, minSamples: 20 }, [vector(100), count]);
    expect(answer).toMatchObject(expected);
  });

  test('without data is not counted', async () => {
    const { answer, queries } = await measure({ ...rate, minSamples: 20 }, [vector()]);
    expect(answer.verdict).toBe('noData');
    expect(queries).toHaveLength(1);
  });
});

describe('a template', () => {
  const errors = { name: 'errors', templateRef: { name: 'errors' }, thresholdRange: { max: 1 } };
  const points = JSON.stringify([
    {
      target: 'errors',
      datapoints: [
        [0, 1],
        [1, 2],
        [null, 3],
      ],
    },
  ]);

  test('counts the points of its answer', async () => {
    const { answer, queries } = await measure({ ...errors, minSamples: 3 }, [points]);
    expect(answer).toMatchObject({ verdict: 'noData', samples: 2 });
    expect(queries).toHaveLength(1);
  });

  test.each([
    ['that is missing', 'gone', 'Metric template gone.test error: metrictemplate.flagger.app "gone" not found'],
    ['that is refused', 'broken', 'Metric template broken.test error: '],
    ['whose secret is missing', 'locked', 'Metric template locked.test secret keys error: secrets "keys" not found'],
    ['whose secret lacks a key', 'keyless', 'Metric template keyless.test provider datadog error: '],
    ['whose address is none', 'lost', 'provider graphite error: graphite address xxxxx@gr:80 is not a valid URL'],
    ['whose query can not be rendered', 'open', 'Metric template open.test query render error: '],
  ])('%s is an error', async (_, name, message) => {
    const { answer } = await measure({ ...errors, templateRef: { name } }, []);
    expect(answer).toMatchObject({ verdict: 'error', message: expect.stringContaining(message) });
  });
});

describe('an inline query', () => {
  const inline = { name: 'errors', query: 'x', thresholdRange: { max: 1 } };

  test('that can not be rendered is an error', async () => {
    const { answer } = await measure({ ...inline, query: '{{ variables.missing }}' }, []);
    expect(answer).toMatchObject({ verdict: 'error', message: expect.stringContaining('Prometheus query failed') });
  });

  test('goes to the server that the Canary names', async () => {
    const { answer } = await measure(inline, [], { metricsServer: 'ftp://files.test' });
    expect(answer).toMatchObject({
      verdict: 'error',
      message: expect.stringContaining('Error building Prometheus client for ftp://files.test'),
    });
  });

  test.each([
    ['http://admin:s3cret@prometheus:port', 'http://xxxxx@prometheus:port'],
    ['admin:s3cret@prometheus:9090', 'xxxxx@prometheus:9090'],
    ['http://admin:s3/cret@prometheus', 'http://xxxxx@prometheus'],
  ])('that can not go to %j shows no credentials', async (address, shown) => {
    const { answer } = await measure(inline, [], { metricsServer: address });
    const why = `prometheus address ${shown} is not a valid URL`;
    expect(answer).toMatchObject({ message: `Error building Prometheus client for ${shown} ${why}` });
  });

  test('with several series is worth a warning', async () => {
    const { answer, warnings } = await measure(inline, [vector(5, 1)]);
    expect(answer.verdict).toBe('pass');
    expect(warnings).toEqual(['the query returned 2 series, only the last one counts']);
  });

  test('can not tell how many samples it rests on', async () => {
    const { answer } = await measure({ name: 'errors', query: 'x', thresholdRange: { max: 1 }, minSamples: 5 }, [
      vector(1),
    ]);
    expect(answer).toEqual({ kind: 'metric', verdict: 'pass', value: '1', bound: '<= 1', gauge: 1 });
  });
});

test('a metric that nothing defines is an error', async () => {
  const { answer } = await measure({ name: 'unknown' }, []);
  expect(answer).toMatchObject({ verdict: 'error', message: expect.stringContaining('no usable metrics template') });
});

describe('the probe', () => {
  const rate = { name: 'request-success-rate' };
  const templated = (name: string) => ({ name: 'errors', templateRef: { name } });
  test.each<readonly [string, Record<string, unknown>, readonly Reply[], string | undefined]>([
    ['finds a metrics server that answers', rate, [vector(1)], undefined],
    ['says that it is away', rate, [503], 'prometheus not available: '],
    ['finds the provider of a template', templated('errors'), ['[]'], undefined],
    ['says that it is away', templated('errors'), [503], 'graphite in metric template errors.test not available: '],
    ['says that a template is missing', templated('gone'), [], 'metric template gone.test error: '],
    ['says that a secret is missing', templated('locked'), [], 'metric template locked.test secret keys error: '],
    ['says that a key is missing', templated('keyless'), [], 'metric template keyless.test provider datadog error: '],
    ['has nothing to ask where nothing is defined', { name: 'unknown' }, [], undefined],
  ])('%s', async (_, metric, replies, expected) => {
    const found = await probe(metric, replies);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toContain(expected);
  });

  test('says that the address of a metrics server can not be used', async () => {
    const found = await probe(rate, [], { metricsServer: 'ftp://ann:s3cret@files.test' });
    expect(found).toBe('prometheus not available: prometheus address ftp://xxxxx@files.test is not a valid URL');
  });
});
