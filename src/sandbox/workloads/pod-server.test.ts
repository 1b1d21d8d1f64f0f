import { Agent, request } from 'undici';
import { afterEach, describe, expect, it } from 'vitest';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { type PodConfig, podConfig } from './pod-config.ts';
import { type PodServer, startPodServer } from './pod-server.ts';

const running: { close(): Promise<void> }[] = [];
afterEach(async () => {
  for (const server of running.splice(0)) await server.close();
});

async function pod(faults: Partial<PodConfig> = {}) {
  const clock = new VirtualClock();
  const agent = new Agent();
  const random = [0.1, 0.5, 0.9];
  const readiness: boolean[] = [];
  const crashes: number[] = [];
  const spec = { name: 'web-1', namespace: 'test', workload: 'web', image: 'app:1.0.0', env: {} };
  const server = await startPodServer({
    config: { ...podConfig(spec), ...faults },
    clock,
    random: () => random.shift() ?? 0,
    onReadiness: (ready) => readiness.push(ready),
    onCrash: () => crashes.push(clock.now()),
  });
  let drained: Promise<void> | undefined;
  const drain = () => {
    drained ??= server.drain();
    return drained;
  };
  running.push({
    async close() {
      const ended = drain();
      await clock.advance(60_000);
      await agent.close();
      await ended;
    },
  });
  const get = async (path = '/') => {
    const answer = await request(`http://127.0.0.1:${server.port}${path}`, { dispatcher: agent });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  };
  return { clock, server: server as PodServer, get, drain, readiness, crashes };
}

/** Moves the clock in small steps until `promise` is there: real sockets need real time between them. */
async function advanceUntil<T>(clock: VirtualClock, promise: Promise<T>): Promise<T> {
  let done = false;
  void promise.finally(() => {
    done = true;
  });
  while (!done) await clock.advance(10);
  return promise;
}

describe('the server of a pod', () => {
  it('answers with its version and name, on any path', async () => {
    const { get } = await pod();
    for (const path of ['/', '/api/info?x=1']) {
      const { status, body } = await get(path);
      expect(status).toBe(200);
      expect(JSON.parse(body)).toEqual({ version: '1.0.0', pod: 'web-1' });
    }
  });

  it('fails the given share of requests', async () => {
    const { get } = await pod({ errorRate: 0.5 });
    const statuses = [await get(), await get(), await get()].map(({ status }) => status);
    expect(statuses).toEqual([500, 200, 200]);
  });

  it('answers later by the given latency', async () => {
    const { clock, get } = await pod({ latencyMs: 5000 });
    const startMs = clock.now();
    await advanceUntil(clock, get());
    expect(clock.now() - startMs).toBeGreaterThanOrEqual(5000);
  });

  it('is ready from the given time on', async () => {
    const { clock, get, readiness } = await pod({ readyAfterMs: 1000 });
    expect((await get('/readyz')).status).toBe(503);
    await clock.advance(1000);
    expect((await get('/readyz')).status).toBe(200);
    expect(readiness).toEqual([true]);
  });

  it('crashes at the given time', async () => {
    const { clock, crashes } = await pod({ crashAfterMs: 3000 });
    await clock.advance(2999);
    expect(crashes).toEqual([]);
    await clock.advance(1);
    expect(crashes).toHaveLength(1);
  });

  it('counts requests by method, first path segment and status, but not those for itself', async () => {
    const { get } = await pod({ errorRate: 0.5 });
    for (const path of ['/', '/api/a', '/api/b', '/readyz']) await get(path);
    const { body } = await get('/metrics');
    const counts = body.split('\n').filter((line) => line.startsWith('http_request_duration_seconds_count'));
    expect(counts).toEqual([
      'http_request_duration_seconds_count{method="GET",path="/",status="500"} 1',
      'http_request_duration_seconds_count{method="GET",path="/api",status="200"} 2',
    ]);
    expect(body).toContain('http_request_duration_seconds_bucket{le="+Inf",method="GET",path="/",status="500"} 1');
  });
});

describe('a server that drains', () => {
  it('is unready, still answers for a while, closes connections, then its port', async () => {
    const { clock, get, drain, readiness } = await pod({ readyAfterMs: 0, drainMs: 1000 });
    await clock.advance(0);
    const drained = drain();
    expect(readiness).toEqual([true, false]);
    expect((await get('/readyz')).status).toBe(503);
    const late = await get();
    expect(late.status).toBe(200);
    expect(late.headers['connection']).toBe('close');
    await clock.advance(1000);
    await drained;
    await expect(get()).rejects.toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('finishes the requests in hand first, however long they take', async () => {
    const { clock, get, drain } = await pod({ latencyMs: 8000, drainMs: 100 });
    const answer = get();
    await new Promise((resolve) => setImmediate(resolve));
    await get('/readyz');
    const drained = drain();
    await clock.advance(4000);
    expect((await get('/readyz')).status).toBe(503);
    expect((await advanceUntil(clock, answer)).status).toBe(200);
    await drained;
  });
});
