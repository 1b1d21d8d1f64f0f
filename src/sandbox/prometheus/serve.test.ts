import { PrometheusDriver } from 'prometheus-query';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { type PrometheusServer, servePrometheus } from './serve.ts';
import type { SeriesStore } from './store.ts';
import { START_MS, seriesOf } from './testing/series-of.ts';

const store = seriesOf({ 'x{pod="a"}': [1, 2] });
let server: PrometheusServer;

beforeEach(async () => {
  server = await servePrometheus({ clock: new VirtualClock(START_MS + 10_000), store });
});

afterEach(() => server.close());

describe('the server', () => {
  test('listens on the loopback interface, ready at once', async () => {
    expect(server.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
    expect((await fetch(`${server.url}/-/ready`)).status).toBe(200);
  });

  test('answers a query in the address at its own time', async () => {
    const answer = await fetch(`${server.url}/api/v1/query?query=${encodeURIComponent('x + 1')}`);
    expect(await answer.json()).toMatchObject({ data: { result: [{ value: [START_MS / 1000 + 10, '3'] }] } });
  });

  test('answers a query in a form', async () => {
    const body = new URLSearchParams({ query: 'x', time: String(START_MS / 1000) });
    const answer = await fetch(`${server.url}/api/v1/query`, { method: 'POST', body });
    expect(answer.headers.get('content-type')).toBe('application/json');
    expect(await answer.json()).toMatchObject({ data: { result: [{ value: [START_MS / 1000, '1'] }] } });
  });

  test('takes a body of another type for no form', async () => {
    const init = { method: 'POST', body: 'query=1', headers: { 'content-type': 'text/plain' } };
    expect((await fetch(`${server.url}/api/v1/query`, init)).status).toBe(400);
  });

  test('refuses a form that is too long', async () => {
    const body = new URLSearchParams({ query: 'x'.repeat(2 << 20) });
    expect((await fetch(`${server.url}/api/v1/query`, { method: 'POST', body })).status).toBe(413);
  });

  test('says an internal error without its reason', async () => {
    const broken: SeriesStore = {
      size: 0,
      append: () => 'stored',
      markStale: () => 'stored',
      select: () => {
        throw new Error('secret');
      },
    };
    const other = await servePrometheus({ clock: new VirtualClock(), store: broken });
    const answer = await fetch(`${other.url}/api/v1/query?query=x`);
    expect([answer.status, await answer.text()]).toEqual([500, 'internal error\n']);
    await other.close();
  });

  test('speaks with the client that is used in production', async () => {
    const driver = new PrometheusDriver({ endpoint: server.url });
    const { result } = await driver.instantQuery('x', START_MS + 10_000);
    expect(result[0].value.value).toBe(2);
    const range = await driver.rangeQuery('x', START_MS, START_MS + 10_000, 10);
    expect(range.result[0].values).toHaveLength(2);
    await expect(driver.instantQuery('sum(')).rejects.toMatchObject({ httpStatus: 400 });
  });

  test('rejects when the port is taken', async () => {
    const port = Number(new URL(server.url).port);
    await expect(servePrometheus({ clock: new VirtualClock(), store, port })).rejects.toThrow('EADDRINUSE');
  });

  test('is gone after close', async () => {
    await server.close();
    await expect(fetch(`${server.url}/-/ready`)).rejects.toThrow();
  });
});
