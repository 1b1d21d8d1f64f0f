import { afterEach, expect, test } from 'vitest';
import { type HealthServer, startHealthServer } from './health-server.ts';

let server: HealthServer | undefined;
afterEach(() => server?.close());

async function get(path: string, options: { ready?: boolean; metrics?: () => Promise<never> } = {}) {
  const page = async () => ({ text: 'up 1\n', contentType: 'text/plain; version=0.0.4' });
  server = await startHealthServer({
    port: 0,
    host: '127.0.0.1',
    ready: () => options.ready ?? true,
    metrics: options.metrics ?? page,
  });
  const response = await fetch(`http://127.0.0.1:${server.port}${path}`);
  return { status: response.status, type: response.headers.get('content-type'), body: await response.text() };
}

test.each([
  { path: '/healthz', status: 200, body: 'OK', type: 'text/plain; charset=utf-8' },
  { path: '/healthz?verbose', status: 200, body: 'OK', type: 'text/plain; charset=utf-8' },
  { path: '/readyz', status: 200, body: 'OK', type: 'text/plain; charset=utf-8' },
  { path: '/metrics', status: 200, body: 'up 1\n', type: 'text/plain; version=0.0.4' },
  { path: '/other', status: 404, body: 'not found', type: 'text/plain; charset=utf-8' },
])('$path answers $status', async ({ path, ...answer }) => {
  expect(await get(path)).toEqual(answer);
});

test('a controller that starts is alive but not ready', async () => {
  expect(await get('/readyz', { ready: false })).toMatchObject({ status: 503 });
  await server?.close();
  expect(await get('/healthz', { ready: false })).toMatchObject({ status: 200 });
});

test('metrics that cannot be written end the connection, not the server', async () => {
  const metrics = async () => {
    throw new Error('no');
  };
  await expect(get('/metrics', { metrics })).rejects.toThrow();
  const again = await fetch(`http://127.0.0.1:${server?.port}/healthz`);
  expect(await again.text()).toBe('OK');
});

test('a port that is taken is an error', async () => {
  await get('/healthz');
  const options = { port: server?.port ?? 0, host: '127.0.0.1', ready: () => true };
  await expect(
    startHealthServer({ ...options, metrics: async () => ({ text: '', contentType: '' }) }),
  ).rejects.toMatchObject({ code: 'EADDRINUSE' });
});

test('after closing nobody listens', async () => {
  await get('/healthz');
  const port = server?.port;
  await server?.close();
  await expect(fetch(`http://127.0.0.1:${port}/healthz`)).rejects.toThrow();
});
