import { describe, expect, test } from 'vitest';
import { HttpFailure } from '../src/runtime/http.ts';
import { memoryHttp, type Reply } from '../src/runtime/testing/memory-http.ts';
import { VirtualClock } from '../src/runtime/virtual-clock.ts';
import { ProviderError, type ProviderSpec } from './contract.ts';
import { metricProvider, metricsServer } from './registry.ts';

const spec = (more: Partial<ProviderSpec> = {}): ProviderSpec => ({ ...metricsServer('http://prom:9090'), ...more });

function connect(reply: Reply, more: Partial<ProviderSpec> = {}) {
  const http = memoryHttp([reply]);
  return { http, provider: metricProvider(spec(more), { http, clock: new VirtualClock() }) };
}

const body = (resultType: string, result: unknown) =>
  JSON.stringify({ status: 'success', data: { resultType, result } });
const vector = (...values: unknown[]) =>
  body(
    'vector',
    values.map((value) => ({ metric: {}, value: [1, value] })),
  );

async function errorOf(promise: Promise<unknown>): Promise<string> {
  const error = await promise.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof ProviderError)) throw new Error(`expected a ProviderError, got ${String(error)}`);
  return error.message;
}

describe('a request', () => {
  test('asks for the query at the present time and has five seconds', async () => {
    const { http, provider } = connect(vector('1'));
    await provider.query('sum(rate(x{a="b"}[1m])) + 1');
    const request = http.only();
    expect(request).toMatchObject({ method: 'GET', timeoutMs: 5000, insecure: false });
    const url = new URL(request.url);
    expect(url.origin + url.pathname).toBe('http://prom:9090/api/v1/query');
    expect([...url.searchParams]).toEqual([['query', 'sum(rate(x{a="b"}[1m])) + 1']]);
  });

  test.each([
    { address: 'http://prom', path: '/api/v1/query' },
    { address: 'http://prom/', path: '/api/v1/query' },
    { address: 'https://prom/base/', path: '/base/api/v1/query' },
    { address: 'https://prom/base?dedup=true', path: '/base/api/v1/query' },
  ])('to $address goes to $path', async ({ address, path }) => {
    const { http, provider } = connect(vector('1'), { address });
    await provider.query('x');
    expect(new URL(http.only().url).pathname).toBe(path);
  });

  const basic = `Basic ${Buffer.from('ann:pass').toString('base64')}`;
  const rows: { name: string; more: Partial<ProviderSpec>; headers: Record<string, readonly string[]> }[] = [
    {
      name: 'all values of all headers',
      more: { headers: { 'X-Scope': ['a', 'b'] } },
      headers: { 'X-Scope': ['a', 'b'] },
    },
    { name: 'the token', more: { secret: { token: 'tok\n' } }, headers: { Authorization: ['Bearer tok'] } },
    {
      name: 'the token next to a configured Authorization',
      more: { secret: { token: 'tok' }, headers: { authorization: ['Custom x'] } },
      headers: { Authorization: ['Custom x', 'Bearer tok'] },
    },
    {
      name: 'the token rather than the password',
      more: { secret: { token: 'tok', username: 'ann', password: 'pass' } },
      headers: { Authorization: ['Bearer tok'] },
    },
    {
      name: 'the password instead of a configured Authorization',
      more: { secret: { username: 'ann', password: 'pass' }, headers: { Authorization: ['Custom x'] } },
      headers: { Authorization: [basic] },
    },
    {
      name: 'the user part of the address',
      more: { address: 'http://ann:pass@prom:9090' },
      headers: { Authorization: [basic] },
    },
    {
      name: 'a configured Authorization rather than the user part of the address',
      more: { address: 'http://ann:pass@prom:9090', headers: { Authorization: ['Custom x'] } },
      headers: { Authorization: ['Custom x'] },
    },
    { name: 'nothing that is not said', more: {}, headers: {} },
  ];
  test.each(rows)('carries $name', async ({ more, headers }) => {
    const { http, provider } = connect(vector('1'), more);
    await provider.query('x');
    await provider.query('x');
    for (const request of http.requests) {
      expect(request.headers).toEqual(headers);
      expect(request.url).toMatch(/^http:\/\/prom:9090\//);
    }
  });

  test('passes on that any certificate will do, and the way to cancel', async () => {
    const { http, provider } = connect(vector('1'), { insecureSkipVerify: true });
    const { signal } = new AbortController();
    await provider.query('x', signal);
    expect(http.only()).toMatchObject({ insecure: true, signal });
  });
});

describe('a description that cannot work', () => {
  test.each([
    { more: { address: undefined }, error: 'prometheus address  is not a valid URL' },
    { more: { address: ':::' }, error: 'prometheus address ::: is not a valid URL' },
    { more: { address: 'ftp://ann:secret@x' }, error: 'prometheus address ftp://xxxxx@x is not a valid URL' },
    { more: { address: 'http://u:s3c/ret@x' }, error: 'prometheus address http://xxxxx@x is not a valid URL' },
    { more: { secret: {} }, error: 'prometheus credentials does not contain a username' },
    { more: { secret: { username: 'a' } }, error: 'prometheus credentials does not contain a password' },
    { more: { type: 'oracle' }, error: 'provider type "oracle" is not supported, use one of: ' },
  ])('says $error', ({ more, error }) => {
    const make = () => metricProvider(spec(more), { http: memoryHttp([200]), clock: new VirtualClock() });
    expect(make).toThrow(ProviderError);
    expect(make).toThrow(error);
  });
});

describe('the result', () => {
  const none = { noData: 'no values found' };
  test.each([
    { name: 'one sample', reply: vector('98.5'), sample: { value: 98.5 } },
    { name: 'plus infinity', reply: vector('+Inf'), sample: { value: Number.POSITIVE_INFINITY } },
    { name: 'minus infinity', reply: vector('-Inf'), sample: { value: Number.NEGATIVE_INFINITY } },
    { name: 'NaN', reply: vector('NaN'), sample: none },
    { name: 'an empty vector', reply: vector(), sample: none },
    { name: 'a value that is no text', reply: vector(5), sample: none },
    { name: 'data without a result', reply: '{"status":"success","data":{}}', sample: none },
    { name: 'a result that is null', reply: body('vector', null), sample: none },
    { name: 'a scalar', reply: body('scalar', [1, '3']), sample: { value: 3 } },
    { name: 'a scalar that is NaN', reply: body('scalar', [1, 'NaN']), sample: none },
    {
      name: 'the last of several series',
      reply: vector('1', '2', '3'),
      sample: { value: 3, warning: 'the query returned 3 series, only the last one counts' },
    },
    { name: 'no value when the last series is NaN', reply: vector('1', 'NaN'), sample: none },
  ])('is read from $name', async ({ reply, sample }) => {
    await expect(connect(reply).provider.query('x')).resolves.toEqual(sample);
  });

  test.each([
    {
      name: 'a range vector',
      reply: body('matrix', [{ metric: {}, values: [[1, '1']] }]),
      error: 'query returned multiple values',
    },
    {
      name: 'a native histogram',
      reply: body('vector', [{ metric: {}, histogram: [1, {}] }]),
      error: 'query returned a native histogram',
    },
    { name: 'a string', reply: body('string', [1, 'a']), error: 'query returned a string' },
    {
      name: 'a value that is no number',
      reply: vector('abc'),
      error: 'error unmarshaling result: "abc" is not a number',
    },
    {
      name: 'a result that is no list',
      reply: body('vector', {}),
      error: 'error unmarshaling result: the result is not a list',
    },
    {
      name: 'a body that says error with status 200',
      reply: '{"status":"error","errorType":"execution","error":"query timed out","data":{"result":[]}}',
      error: 'error response: query timed out',
    },
    {
      name: 'a body that says error and not which',
      reply: '{"status":"error"}',
      error: 'error response: {"status":"error"}',
    },
    ...['{}', '{"message":"log in"}', '{"data":[]}', '{"data":null}', '[]', 'null', '7'].map((reply) => ({
      name: `the answer ${reply} of something that is no Prometheus`,
      reply,
      error: `error unmarshaling result: the answer has no data, '${reply}'`,
    })),
    {
      name: 'a status',
      reply: { status: 400, body: 'bad query' },
      error: 'error response: Status 400 Bad Request: bad query',
    },
    { name: 'a status without a name', reply: { status: 599, body: '' }, error: 'error response: Status 599: ' },
    {
      name: 'a lost connection',
      reply: new HttpFailure('connection refused', true),
      error: 'request failed: Get "http://prom:9090/api/v1/query": connection refused',
    },
  ])('is an error after $name', async ({ reply, error }) => {
    await expect(errorOf(connect(reply).provider.query('x'))).resolves.toBe(error);
  });

  test('that is no JSON is shown with the error', async () => {
    const message = await errorOf(connect('<html>').provider.query('x'));
    expect(message).toMatch(/^error unmarshaling result: .+, '<html>'$/);
  });

  const long = 'x'.repeat(1 << 20);
  test.each<{ name: string; reply: Reply }>([
    { name: 'of a refusal', reply: { status: 502, body: long } },
    { name: 'that is no JSON', reply: long },
    { name: 'that says error', reply: JSON.stringify({ status: 'error', error: long }) },
    { name: 'without data', reply: JSON.stringify({ message: long }) },
    { name: 'with a value that is no number', reply: vector(long) },
  ])('$name is shown in part when it is long', async ({ reply }) => {
    const message = await errorOf(connect(reply).provider.query('x'));
    expect(message).toContain('…');
    expect(message.length).toBeLessThan(1200);
  });

  test('of a failed call never shows credentials', async () => {
    const more = { address: 'http://ann:s3cret@prom:9090', headers: { 'X-Key': ['s3cret'] } };
    for (const reply of [500, new HttpFailure('connection refused', true), 'no json']) {
      const { provider } = connect(reply, more);
      const error: unknown = await provider.query('x').catch((reason: unknown) => reason);
      expect(error).toBeInstanceOf(ProviderError);
      expect(`${String(error)} ${JSON.stringify(error)} ${(error as Error).stack}`).not.toContain('s3cret');
    }
  });
});

test('a defect below is not taken for an answer of the provider', async () => {
  const http = memoryHttp(() => {
    throw new TypeError('defect');
  });
  const provider = metricProvider(spec(), { http, clock: new VirtualClock() });
  await expect(provider.query('x')).rejects.toThrow(TypeError);
});

describe('the check', () => {
  test('asks for vector(1) and is content with 1', async () => {
    const { http, provider } = connect(vector('1'));
    await expect(provider.check()).resolves.toBeUndefined();
    expect(new URL(http.only().url).searchParams.get('query')).toBe('vector(1)');
  });

  test.each([
    { reply: vector('2'), error: 'value is not 1 for query: vector(1)' },
    { reply: vector(), error: 'running query failed: no values found' },
    { reply: { status: 401, body: 'who?' }, error: 'error response: Status 401 Unauthorized: who?' },
  ])('says $error', async ({ reply, error }) => {
    await expect(errorOf(connect(reply).provider.check())).resolves.toBe(error);
  });
});
