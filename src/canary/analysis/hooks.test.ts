import { describe, expect, test } from 'vitest';
import type { CalledHook } from '../../api/canary.ts';
import { HttpFailure } from '../../runtime/http.ts';
import { type MemoryHttp, memoryHttp, type Reply } from '../../runtime/testing/memory-http.ts';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { callHook, eventPayload, globalEventHook, type HookMessage, type HookResult } from './hooks.ts';

const url = 'http://tester/hook';
const payload = { name: 'podinfo', namespace: 'test', phase: 'Progressing', checksum: '85d557f47b' };

function hook(more: Partial<CalledHook> = {}): CalledHook {
  return {
    name: 'load',
    type: 'rollout',
    url,
    timeoutMs: 15_000,
    retries: 0,
    expiryMs: undefined,
    disableTLS: false,
    muteAlert: false,
    metadata: {},
    ...more,
  };
}

interface Called {
  readonly result: HookResult;
  readonly http: MemoryHttp;
  /** Milliseconds from the first attempt on. */
  readonly times: readonly number[];
}

async function call(subject: CalledHook, replies: readonly Reply[], message: HookMessage = payload): Promise<Called> {
  const clock = new VirtualClock();
  const start = clock.now();
  const times: number[] = [];
  const http = memoryHttp((request) => {
    times.push(clock.now() - start);
    const reply = replies[Math.min(times.length, replies.length) - 1];
    if (reply === undefined) throw new Error(`no reply for ${request.url}`);
    return reply;
  });
  let result: HookResult | undefined;
  const done = callHook(subject, message, { http, clock }).then((value) => {
    result = value;
  });
  await clock.runUntil(() => result !== undefined, 86_400_000);
  await done;
  if (!result) throw new Error('the call did not end');
  return { result, http, times };
}

const bodyOf = (http: MemoryHttp) => JSON.parse(http.requests[0]?.body ?? '');

describe('a request', () => {
  test('posts name, namespace, phase and checksum', async () => {
    const { http } = await call(hook(), [200]);
    expect(http.only()).toEqual({
      method: 'POST',
      url,
      headers: { 'Content-Type': 'application/json' },
      body: '{"name":"podinfo","namespace":"test","phase":"Progressing","checksum":"85d557f47b"}',
      timeoutMs: 15_000,
    });
  });

  test('carries the metadata of the hook, in the order of its names', async () => {
    const { http } = await call(hook({ metadata: { type: 'bash', cmd: 'hey' } }), [200]);
    expect(http.only().body).toContain('"checksum":"85d557f47b","metadata":{"cmd":"hey","type":"bash"}}');
  });

  test('of a hook without TLS checks takes any certificate and no proxy of the environment', async () => {
    const { http } = await call(hook({ disableTLS: true }), [200]);
    expect(http.only()).toMatchObject({ insecure: true, proxy: '' });
  });
});

describe('an answer', () => {
  test.each([200, 201, 202, 203, 204, 206, 299])('of %i is success', async (status) => {
    expect((await call(hook(), [status])).result).toEqual({ ok: true });
  });

  test.each([199, 300, 304, 400, 403, 404, 409, 501])('of %i is a failure with the body as reason', async (status) => {
    const { result, times } = await call(hook({ retries: 3 }), [{ status, body: 'not yet' }]);
    expect(result).toEqual({ ok: false, error: 'not yet', detail: `HTTP ${status}: not yet` });
    expect(times).toHaveLength(1);
  });

  test.each([429, 500, 502, 503, 504])('of %i is given up, and the body is kept aside', async (status) => {
    const { result } = await call(hook(), [{ status, body: 'no' }]);
    expect(result).toEqual({
      ok: false,
      error: 'POST http://tester/hook giving up after 1 attempt(s)',
      detail: `HTTP ${status}: no`,
    });
  });

  test('without a body has nothing but its status to show', async () => {
    expect((await call(hook(), [403])).result).toEqual({ ok: false, error: '', detail: 'HTTP 403' });
  });

  test('is cut', async () => {
    const { result } = await call(hook(), [{ status: 400, body: 'x'.repeat(100_000) }]);
    expect(result).toMatchObject({ ok: false, error: 'x'.repeat(4096) });
  });
});

describe('another attempt', () => {
  test('follows after 1 s, 2 s, 4 s and so on, at most 30 s', async () => {
    const { result, times } = await call(hook({ retries: 7 }), [503]);
    expect(times.map((time) => time / 1000)).toEqual([0, 1, 3, 7, 15, 31, 61, 91]);
    expect(result).toMatchObject({ error: 'POST http://tester/hook giving up after 8 attempt(s)' });
  });

  test('ends the matter when it succeeds', async () => {
    const { result, times } = await call(hook({ retries: 3 }), [503, 503, 200]);
    expect(result).toEqual({ ok: true });
    expect(times).toEqual([0, 1000, 3000]);
  });

  test('ends the matter when it is refused for good', async () => {
    const { result } = await call(hook({ retries: 3 }), [503, { status: 400, body: 'never' }]);
    expect(result).toMatchObject({ ok: false, error: 'never' });
  });

  test('is made after a lost connection', async () => {
    const { result, times } = await call(hook({ retries: 1 }), [new HttpFailure('connection refused', true)]);
    expect(times).toEqual([0, 1000]);
    expect(result).toEqual({
      ok: false,
      error: 'POST http://tester/hook giving up after 2 attempt(s): connection refused',
    });
  });

  test('is not made when the failure will stay', async () => {
    const { result } = await call(hook({ retries: 5 }), [new HttpFailure('the certificate has expired', false)]);
    expect(result).toEqual({
      ok: false,
      error: 'POST http://tester/hook giving up after 1 attempt(s): the certificate has expired',
    });
  });

  const start = new VirtualClock().now();
  test.each([
    { name: 'seconds, beyond the longest wait', status: 503, after: '120', waits: 120_000 },
    { name: 'an hour, but not for longer than 5 minutes', status: 503, after: '3600', waits: 300_000 },
    { name: 'a date', status: 429, after: new Date(start + 5000).toUTCString(), waits: 5000 },
    { name: 'a date in the past', status: 429, after: new Date(start - 5000).toUTCString(), waits: 0 },
    { name: 'nonsense', status: 429, after: 'soon', waits: 1000 },
    { name: 'a broken number', status: 429, after: '1.5', waits: 1000 },
    { name: 'a negative number', status: 429, after: '-5', waits: 1000 },
    { name: 'seconds, but with another status', status: 500, after: '120', waits: 1000 },
  ])('waits as Retry-After says: $name', async ({ status, after, waits }) => {
    const { times } = await call(hook({ retries: 1 }), [{ status, headers: { 'retry-after': after } }, 200]);
    expect(times).toEqual([0, waits]);
  });

  test('is not made after the call was cancelled', async () => {
    const clock = new VirtualClock();
    const abort = new AbortController();
    const http = memoryHttp([503]);
    const result = callHook(hook({ retries: 5 }), payload, { http, clock, signal: abort.signal });
    await clock.advance(500);
    abort.abort();
    expect(await result).toMatchObject({ error: 'POST http://tester/hook giving up after 1 attempt(s)' });
    expect(http.requests).toHaveLength(1);
  });
});

test('a password in the address is not shown', async () => {
  const { result } = await call(hook({ url: 'http://ann:s3cret@tester/hook' }), [500]);
  expect(result).toMatchObject({ error: 'POST http://ann:xxxxx@tester/hook giving up after 1 attempt(s)' });
});

test('a defect below is not taken for an answer of the receiver', async () => {
  const http = memoryHttp(() => {
    throw new TypeError('defect');
  });
  await expect(callHook(hook(), payload, { http, clock: new VirtualClock() })).rejects.toThrow(TypeError);
});

describe('an event', () => {
  const event = { type: 'Warning', message: 'Halt podinfo.test advancement' } as const;

  test('goes out with its text, type and time in milliseconds', async () => {
    const sink = hook({ type: 'event', metadata: { env: 'prod' } });
    const { http } = await call(sink, [200], eventPayload(payload, event, sink, 1767225600123));
    expect(bodyOf(http)).toEqual({
      ...payload,
      metadata: {
        env: 'prod',
        eventMessage: 'Halt podinfo.test advancement',
        eventType: 'Warning',
        timestamp: '1767225600123',
      },
    });
  });

  test('keeps its own names whatever the metadata of the hook says', () => {
    const sink = hook({ metadata: { eventMessage: 'x', eventType: 'y', timestamp: 'z' } });
    expect(eventPayload(payload, event, sink, 1).metadata).toEqual({
      eventMessage: 'Halt podinfo.test advancement',
      eventType: 'Warning',
      timestamp: '1',
    });
  });

  test('goes to the global receiver with ten seconds and one attempt', async () => {
    const sink = globalEventHook('http://events');
    const { http } = await call(sink, [500], eventPayload(payload, event, sink, 1));
    expect(http.only()).toMatchObject({ url: 'http://events', timeoutMs: 10_000 });
  });
});
