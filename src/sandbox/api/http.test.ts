import { connect } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { parse } from 'yaml';
import { systemClock } from '../../runtime/clock.ts';
import { type ServedApi, serveApi } from './http.ts';
import { createApiServer } from './server.ts';

const PATH = '/api/v1/namespaces/default/configmaps';
const open = new Set<ServedApi>();

async function start() {
  const api = createApiServer({ clock: systemClock });
  const served = await serveApi(api);
  open.add(served);
  return { api, served };
}

afterEach(async () => {
  for (const served of open) await served.close();
  open.clear();
});

test('any bearer token or none is accepted', async () => {
  const { served } = await start();
  for (const headers of [{}, { authorization: 'Bearer anything' }]) {
    expect((await fetch(`${served.url}${PATH}`, { headers })).status).toBe(200);
  }
});

test('the kubeconfig leads to the server', async () => {
  const { served } = await start();
  const config = parse(served.kubeconfig());
  expect(config).toMatchObject({ kind: 'Config', clusters: [{ cluster: { server: served.url } }] });
  expect(config['current-context']).toBe(config.contexts[0].name);
});

test('a body above 3 MiB is refused', async () => {
  const { served } = await start();
  const body = JSON.stringify({ metadata: { name: 'a' }, data: { big: 'x'.repeat(3 * 1024 * 1024) } });
  const answer = await fetch(`${served.url}${PATH}`, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json' },
  });
  expect(answer.status).toBe(413);
});

test('text beyond ASCII arrives whole', async () => {
  const { served } = await start();
  const body = JSON.stringify({ metadata: { name: 'a' }, data: { word: 'žluťoučký 🐴' } });
  await fetch(`${served.url}${PATH}`, { method: 'POST', body, headers: { 'content-type': 'application/json' } });
  const read = (await (await fetch(`${served.url}${PATH}/a`)).json()) as { data: object };
  expect(read.data).toEqual({ word: 'žluťoučký 🐴' });
});

test('closing ends running watches', async () => {
  const { served } = await start();
  const watch = await fetch(`${served.url}${PATH}?watch=1&resourceVersion=0`);
  expect(watch.status).toBe(200);
  const text = watch.text();
  open.delete(served);
  await served.close();
  expect(await text.catch(() => 'cut')).toMatch(/^(cut)?$/);
  await expect(fetch(served.url)).rejects.toThrow();
});

test('a client that goes away lets its watch end', async () => {
  const { api, served } = await start();
  const abort = new AbortController();
  await fetch(`${served.url}${PATH}?watch=1`, { signal: abort.signal });
  abort.abort();
  const socket = connect(Number(new URL(served.url).port), '127.0.0.1');
  socket.write('POST / HTTP/1.1\r\nhost: x\r\ncontent-length: 10\r\n\r\nabc', () => socket.destroy());
  await new Promise((resolve) => socket.once('close', resolve));
  api.cutWatches();
  expect((await fetch(`${served.url}/readyz`)).status).toBe(200);
});

test('a port that is taken is told', async () => {
  const { served } = await start();
  const port = Number(new URL(served.url).port);
  await expect(serveApi(createApiServer({ clock: systemClock }), { port })).rejects.toThrow('EADDRINUSE');
});
