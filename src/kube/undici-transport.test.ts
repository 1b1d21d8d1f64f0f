import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { Socket } from 'node:net';
import { afterEach, expect, test } from 'vitest';
import { type Clock, systemClock } from '../runtime/clock.ts';
import { LOOPBACK, listen } from '../runtime/listening.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { serveApi } from '../sandbox/api/http.ts';
import { createApiServer } from '../sandbox/api/server.ts';
import { Client } from './client.ts';
import { createCluster } from './kube-cluster.ts';
import { configMap } from './testing/embedded.ts';
import { undiciTransport } from './undici-transport.ts';

const cleanups: (() => Promise<unknown> | unknown)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
});

type Handler = (request: IncomingMessage, response: ServerResponse) => void;
type Authorize = (renew: boolean) => Promise<Record<string, string | string[]>>;

/** A server on loopback and a transport to it. */
async function start(
  handler: Handler,
  options: { readonly clock?: Clock; readonly authorize?: Authorize; readonly mayTalk?: () => boolean } = {},
) {
  const { clock = systemClock, authorize = async () => ({}), mayTalk } = options;
  const server = createServer(handler);
  const sockets = new Set<Socket>();
  server.on('connection', (socket) => sockets.add(socket));
  const url = `http://${LOOPBACK}:${await listen(server)}`;
  const transport = undiciTransport({ server: url, tls: {}, authorize }, clock, mayTalk);
  cleanups.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => server.closeAllConnections(),
    () => transport.close(),
  );
  return { transport, sockets, url };
}

const get = { method: 'GET', path: '/x' } as const;

test('an answer has its status, headers and body, whatever the status is', async () => {
  const { transport } = await start((request, response) => {
    response.setHeader('warning', ['299 - "a"', '299 - "b"']);
    response.writeHead(418, { 'x-method': request.method ?? '' });
    response.end('short and stout');
  });
  expect(await transport.send({ ...get, method: 'PUT', body: '{}' })).toMatchObject({
    status: 418,
    headers: { 'x-method': 'PUT', warning: '299 - "a", 299 - "b"' },
    body: 'short and stout',
  });
});

test('headers, body and credentials arrive', async () => {
  const seen: (string | undefined)[] = [];
  const handler: Handler = (request, response) => {
    seen.push(request.headers.authorization, request.headers['content-type']);
    request.on('data', (chunk: Buffer) => seen.push(chunk.toString()));
    request.on('end', () => response.end());
  };
  const { transport } = await start(handler, { authorize: async () => ({ Authorization: 'Bearer t' }) });
  await transport.send({
    method: 'POST',
    path: '/x',
    headers: { 'content-type': 'application/json' },
    body: '{"a":1}',
  });
  expect(seen).toEqual(['Bearer t', 'application/json', '{"a":1}']);
});

test.each([
  { name: 'is renewed once and then accepted', accepts: 'Bearer new', status: 200, asked: [false, true] },
  { name: 'is renewed once only', accepts: 'never', status: 401, asked: [false, true] },
  { name: 'is kept while it is good', accepts: 'Bearer old', status: 200, asked: [false] },
])('a credential $name', async ({ accepts, status, asked }) => {
  const renewals: boolean[] = [];
  const authorize: Authorize = async (renew) => {
    renewals.push(renew);
    return { Authorization: renew ? 'Bearer new' : 'Bearer old' };
  };
  const handler: Handler = (request, response) => {
    response.writeHead(request.headers.authorization === accepts ? 200 : 401).end();
  };
  const { transport } = await start(handler, { authorize });
  expect((await transport.send(get)).status).toBe(status);
  expect(renewals).toEqual(asked);
});

test('many requests share 16 connections, and streams take none of them', async () => {
  const { transport, sockets } = await start((request, response) => {
    if (request.url === '/stream') response.writeHead(200).write('{}\n');
    else setImmediate(() => response.end());
  });
  const stop = new AbortController();
  const streams = Array.from({ length: 20 }, () => {
    return transport.stream({ ...get, path: '/stream', signal: stop.signal }, () => {});
  });
  await Promise.all(Array.from({ length: 100 }, () => transport.send(get)));
  expect(sockets.size).toBeLessThanOrEqual(16 + 20);
  stop.abort();
  expect(await Promise.all(streams)).toEqual(Array(20).fill(200));
});

test('a stream is handed over line by line and ends with its status', async () => {
  const { transport } = await start((_, response) => {
    response.writeHead(200);
    response.write('{"a":');
    response.write('1}\n{"b":2}\n');
    response.end('{"cut');
  });
  const lines: string[] = [];
  expect(await transport.stream(get, (line) => lines.push(line))).toBe(200);
  expect(lines).toEqual(['{"a":1}', '{"b":2}']);
});

test('the body of a refused stream comes in one piece', async () => {
  const { transport } = await start((_, response) => response.writeHead(410).end('{\n"code": 410\n}'));
  const lines: string[] = [];
  expect(await transport.stream(get, (line) => lines.push(line))).toBe(410);
  expect(lines).toEqual(['{\n"code": 410\n}']);
});

test('a stream that is silent for 90 s is given up; each line gives it 90 s more', async () => {
  const clock = new VirtualClock();
  let speak = () => {};
  const { transport } = await start(
    (_, response) => {
      response.writeHead(200).write('one\n');
      speak = () => response.write('two\n');
    },
    { clock },
  );
  const lines: string[] = [];
  let heard = () => {};
  const next = () => new Promise<void>((resolve) => (heard = resolve));
  const first = next();
  const stream = transport.stream(get, (line) => {
    lines.push(line);
    heard();
  });
  const failed = expect(stream).rejects.toMatchObject({ code: 0, reason: 'NoAnswer' });
  await first;
  await clock.advance(89_000);
  const second = next();
  speak();
  await second;
  await clock.advance(89_000);
  expect(lines).toEqual(['one', 'two']);
  await clock.advance(1_000);
  await failed;
});

test.each([
  { name: 'a connection that is cut', handler: ((_, response) => response.destroy()) satisfies Handler },
  {
    name: 'an answer that is cut',
    handler: ((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('half');
      setImmediate(() => response.destroy());
    }) satisfies Handler,
  },
])('$name is an ApiError of code 0', async ({ handler }) => {
  const { transport } = await start(handler);
  await expect(transport.send(get)).rejects.toMatchObject({ name: 'ApiError', code: 0, reason: 'NoAnswer' });
  await expect(transport.stream(get, () => {})).rejects.toMatchObject({ name: 'ApiError', code: 0 });
});

test('an answer that takes too long is an ApiError that says so', async () => {
  const { transport } = await start(() => {});
  await expect(transport.send({ ...get, timeoutMs: 20 })).rejects.toMatchObject({
    code: 0,
    message: expect.stringContaining('too long'),
  });
});

test('an abort of the caller ends the request', async () => {
  const stop = new AbortController();
  const { transport } = await start(() => stop.abort());
  await expect(transport.send({ ...get, signal: stop.signal })).rejects.toMatchObject({ code: 0 });
});

test('errors hold no credentials', async () => {
  const authorize = async () => ({ Authorization: 'Bearer s3cret' });
  const { transport } = await start((_, response) => response.destroy(), { authorize });
  const error: unknown = await transport.send({ ...get, body: 'b0dy', method: 'PUT' }).catch((e: unknown) => e);
  expect(error).toBeInstanceOf(Error);
  const all = JSON.stringify(error, Object.getOwnPropertyNames(error)) + String((error as Error).cause);
  expect(all).not.toMatch(/s3cret|b0dy/);
});

test('nobody listens: the error names the host', async () => {
  const { transport, url } = await start(() => {});
  const nobody = undiciTransport({ server: 'http://127.0.0.1:1', tls: {}, authorize: async () => ({}) }, systemClock);
  cleanups.push(() => nobody.close());
  await expect(nobody.send(get)).rejects.toMatchObject({
    code: 0,
    message: 'no answer from 127.0.0.1:1: ECONNREFUSED',
  });
  expect(url).not.toContain(':1/');
  await transport.close();
});

test('a cluster over real HTTP follows the embedded server, also after its watches were cut', async () => {
  const api = createApiServer({ clock: systemClock });
  const served = await serveApi(api);
  cleanups.push(() => served.close());
  const transport = undiciTransport({ server: served.url, tls: {}, authorize: async () => ({}) }, systemClock);
  const client = new Client(transport, { clock: systemClock });
  const cluster = createCluster(client, { clock: systemClock, random: () => 0 });
  cleanups.push(() => cluster.close());
  const seen = new Set<string>();
  let check = () => {};
  cluster.onChange(({ type, object }) => {
    seen.add(`${type} ${object.metadata.name}`);
    check();
  });
  const until = (what: string) =>
    new Promise<void>((resolve) => {
      check = () => seen.has(what) && resolve();
      check();
    });
  expect(await cluster.watch({ apiVersion: 'v1', kind: 'ConfigMap' })).toBe('synced');
  await client.create(configMap('a'));
  await until('added a');
  api.cutWatches();
  await client.create(configMap('b'));
  await until('added b');
  await client.delete({ apiVersion: 'v1', kind: 'ConfigMap', namespace: 'default', name: 'a' });
  await until('deleted a');
});

test('from the moment on at which it may not talk nothing leaves it, not even what waited for a connection', async () => {
  let mayTalk = true;
  const arrived: string[] = [];
  const { transport } = await start(
    (request, response) => {
      arrived.push(request.url ?? '');
      response.end();
    },
    { mayTalk: () => mayTalk },
  );
  await transport.send({ method: 'POST', path: '/first' });
  const waiting = Array.from({ length: 20 }, (_, i) => transport.send({ method: 'POST', path: `/${i}` }));
  mayTalk = false;
  const outcomes = await Promise.allSettled(waiting);
  await expect(transport.send({ method: 'POST', path: '/last' })).rejects.toMatchObject({ code: 0 });
  expect(outcomes.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 'rejected'));
  expect(arrived).toEqual(['/first']);
});

test('who is guarded speaks HTTP/1.1: a session of HTTP/2 would write past the guard', async () => {
  const pem = (kind: string) => readFileSync(new URL(`../runtime/testdata/self-signed.${kind}`, import.meta.url));
  const versions: string[] = [];
  const server = createSecureServer({ key: pem('key'), cert: pem('crt'), allowHTTP1: true }, (request, response) => {
    versions.push(request.httpVersion);
    response.end();
  });
  const url = `https://${LOOPBACK}:${await listen(server)}`;
  const endpoint = { server: url, tls: { rejectUnauthorized: false }, authorize: async () => ({}) };
  const transport = undiciTransport(endpoint, systemClock, () => true);
  cleanups.push(
    () => new Promise((resolve) => server.close(resolve)),
    () => transport.close(),
  );
  await transport.send(get);
  await transport.stream(get, () => {});
  expect(versions).toEqual(['1.1', '1.1']);
});
