import { describe, expect, test } from 'vitest';
import { HttpFailure } from '../src/runtime/http.ts';
import { memoryHttp, type Reply } from '../src/runtime/testing/memory-http.ts';
import { VirtualClock } from '../src/runtime/virtual-clock.ts';
import { ProviderError, type ProviderSpec } from './contract.ts';
import { metricProvider, metricsServer } from './registry.ts';

const NOW = 1_767_225_600;
const secret = { datadog_api_key: 'ak\n', datadog_application_key: 'pk' };

function connect(reply: Reply, more: Partial<ProviderSpec> = {}) {
  const http = memoryHttp([reply]);
  const spec = { ...metricsServer('http://dd/base'), type: 'datadog', secret, intervalMs: 60_000, ...more };
  return { http, provider: metricProvider(spec, { http, clock: new VirtualClock(NOW * 1000 + 250) }) };
}

const series = (...pointlist: unknown[]) => JSON.stringify({ series: [{ pointlist }, { pointlist: [[1, 77]] }] });

test('a query looks back ten windows and carries both keys', async () => {
  const { http, provider } = connect(series([1000, 3]));
  await provider.query('avg:x{*}');
  expect(http.only()).toMatchObject({
    method: 'GET',
    url: `http://dd/base/api/v1/query?from=${NOW - 600}&query=avg%3Ax%7B%2A%7D&to=${NOW}`,
    headers: { 'DD-API-KEY': 'ak', 'DD-APPLICATION-KEY': 'pk' },
    timeoutMs: 5000,
  });
});

test.each([undefined, ''])('the address %j stands for the public one', async (address) => {
  const { http, provider } = connect(series([1000, 3]), { address });
  await provider.query('x');
  expect(http.only().url).toMatch(/^https:\/\/api\.datadoghq\.com\/api\/v1\/query\?/);
});

test.each([
  {
    name: 'the oldest point of the first series',
    body: series([1000, 3], [2000, 9]),
    sample: { value: 3, samples: 2 },
  },
  {
    name: 'the oldest point that has a value',
    body: series([1000, null], [], [2000, 0]),
    sample: { value: 0, samples: 1 },
  },
])('a sample is $name', async ({ body, sample }) => {
  await expect(connect(body).provider.query('x')).resolves.toEqual(sample);
});

test.each(['{"series":[]}', '{"status":"ok","series":[]}', '{}', series(), series([1000, null])])(
  '%s holds no value',
  async (body) => {
    await expect(connect(body).provider.query('x')).resolves.toEqual({
      noData: `invalid response: ${body}: no values found`,
    });
  },
);

describe('an error', () => {
  test.each([
    { reply: { status: 403, body: 'Forbidden' }, error: 'error response: Forbidden: status 403' },
    {
      reply: new HttpFailure('connection refused', true),
      error: 'request failed: Get "http://dd/base/api/v1/query": connection refused',
    },
    { reply: 'x', error: 'error unmarshaling result: ' },
    {
      reply: '{"status":"error","error":"Rate limit of 300 requests reached","series":[]}',
      error: 'error response: Rate limit of 300 requests reached',
    },
  ])('says $error', async ({ reply, error }) => {
    const result = connect(reply).provider.query('x');
    await expect(result).rejects.toThrow(ProviderError);
    await expect(result).rejects.toThrow(error);
  });

  test.each([
    { given: undefined, error: 'datadog credentials does not contain datadog_api_key' },
    { given: { datadog_api_key: 'x' }, error: 'datadog credentials does not contain datadog_application_key' },
  ])('of missing credentials says $error', ({ given, error }) => {
    expect(() => connect(200, { secret: given })).toThrow(new ProviderError(error));
  });
});

test.each<{ name: string; reply: Reply; start: string }>([
  { name: 'refusal', reply: { status: 403, body: 'x'.repeat(5000) }, start: 'error response: xxx' },
  {
    name: 'error in the body',
    reply: JSON.stringify({ status: 'error', error: 'x'.repeat(5000) }),
    start: 'error res',
  },
])('of a long $name the beginning is shown', async ({ reply, start }) => {
  const { provider } = connect(reply);
  const error: unknown = await provider.query('x').catch((reason: unknown) => reason);
  expect(String(error)).toContain(start);
  expect(String(error).length).toBeLessThan(1200);
});

test('of a long answer without a value the beginning is shown', async () => {
  const body = JSON.stringify({ series: [], message: 'x'.repeat(5000) });
  const sample = await connect(body).provider.query('x');
  expect(sample).toEqual({ noData: `invalid response: ${body.slice(0, 1023)}…: no values found` });
});

describe('the check', () => {
  test('shows the beginning of a long refusal', async () => {
    const { provider } = connect({ status: 403, body: 'x'.repeat(5000) });
    await expect(provider.check()).rejects.toThrow(new ProviderError(`error response: ${'x'.repeat(1023)}…`));
  });

  test('asks whether the keys are valid', async () => {
    const { http, provider } = connect('{"valid":true}');
    await expect(provider.check()).resolves.toBeUndefined();
    expect(http.only()).toMatchObject({ url: 'http://dd/base/api/v1/validate', headers: { 'DD-API-KEY': 'ak' } });
  });

  test('fails with the body of the answer', async () => {
    await expect(connect({ status: 403, body: 'no' }).provider.check()).rejects.toThrow(
      new ProviderError('error response: no'),
    );
  });
});
