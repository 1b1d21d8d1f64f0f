import { describe, expect, test } from 'vitest';
import { memoryHttp, type Reply } from '../src/runtime/testing/memory-http.ts';
import { VirtualClock } from '../src/runtime/virtual-clock.ts';
import { ProviderError, type ProviderSpec } from './contract.ts';
import { metricProvider, metricsServer } from './registry.ts';

function connect(reply: Reply, more: Partial<ProviderSpec> = {}) {
  const http = memoryHttp([reply]);
  const spec = { ...metricsServer('http://gr/base/'), type: 'graphite', ...more };
  return { http, provider: metricProvider(spec, { http, clock: new VirtualClock() }) };
}

const targets = (...lists: unknown[]) => JSON.stringify(lists.map((datapoints) => ({ target: 'x', datapoints })));

test('a query is a query string that asks for JSON', async () => {
  const { http, provider } = connect(targets([[1, 1]]), { secret: { username: 'u', password: 'p' } });
  await provider.query("target=summarize(\n  x, '2min')&from=-2min&format=png\n");
  expect(http.only()).toMatchObject({
    method: 'GET',
    url: 'http://gr/base/render?format=json&from=-2min&target=summarize%28+x%2C+%272min%27%29',
    headers: { Authorization: 'Basic dTpw' },
    insecure: false,
    timeoutMs: 5000,
  });
});

test('several targets keep their order', async () => {
  const { http, provider } = connect(targets([[1, 1]]));
  await provider.query('target=b&target=a');
  expect(http.only().url).toBe('http://gr/base/render?format=json&target=b&target=a');
  expect(http.only()).not.toHaveProperty('headers');
});

test.each([
  {
    name: 'the last point with a value',
    body: targets([
      [1, 1],
      [4, 2],
      [null, 3],
    ]),
    sample: { value: 4, samples: 2 },
  },
  {
    name: 'the last target with a value',
    body: targets([[1, 1]], [[5, 1]], [[null, 1]]),
    sample: { value: 5, samples: 2 },
  },
  { name: 'a number as text', body: targets([['1.5', '7']]), sample: { value: 1.5, samples: 1 } },
  { name: 'nothing for NaN', body: targets([['NaN', 1]]), sample: { noData: 'no values found' } },
  { name: 'nothing without points', body: targets([]), sample: { noData: 'no values found' } },
  { name: 'nothing without targets', body: '[]', sample: { noData: 'no values found' } },
  { name: 'nothing from a target without a list', body: '[{}]', sample: { noData: 'no values found' } },
])('a sample is $name', async ({ body, sample }) => {
  await expect(connect(body).provider.query('target=x')).resolves.toEqual(sample);
});

describe('an error', () => {
  test.each([
    { reply: { status: 500, body: 'broken' }, error: 'error response: broken' },
    { reply: targets([[1]]), error: 'error unmarshaling result: a datapoint is not a pair' },
    { reply: targets([[true, 1]]), error: 'error unmarshaling result: true is not a number' },
    { reply: targets([['x', 1]]), error: 'error unmarshaling result: "x" is not a number' },
    { reply: '{}', error: 'error unmarshaling result: the answer is not a list' },
    { reply: '{"status":"error","error":"too many points"}', error: 'error response: too many points' },
    { reply: { status: 500, body: 'x'.repeat(5000) }, error: `error response: ${'x'.repeat(1023)}…` },
    {
      reply: targets([['x'.repeat(5000), 1]]),
      error: `error unmarshaling result: "${'x'.repeat(1022)}… is not a number`,
    },
  ])('says $error', async ({ reply, error }) => {
    await expect(connect(reply).provider.query('target=x')).rejects.toThrow(new ProviderError(error));
  });

  test.each([
    { more: { address: 'u:s3cret@gr' }, error: 'graphite address xxxxx@gr is not a valid URL' },
    { more: { address: ':::' }, error: 'graphite address ::: is not a valid URL' },
    { more: { secret: {} }, error: 'graphite credentials does not contain a username' },
    { more: { secret: { username: 'u' } }, error: 'graphite credentials does not contain a password' },
  ])('of a description says $error', ({ more, error }) => {
    expect(() => connect(200, more)).toThrow(new ProviderError(error));
  });
});

describe('the check', () => {
  test.each(['[]', targets([[1, 1]])])('is content with %s', async (body) => {
    const { http, provider } = connect(body);
    await expect(provider.check()).resolves.toBeUndefined();
    expect(http.only().url).toBe('http://gr/base/render?format=json&target=test');
  });

  test('fails when the server does', async () => {
    await expect(connect(503).provider.check()).rejects.toThrow(ProviderError);
  });
});
