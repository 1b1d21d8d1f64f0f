import { readFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type Socket } from 'node:net';
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { axiosHttp, MAX_BODY_BYTES } from './axios-http.ts';
import { HttpFailure, type HttpRequest } from './http.ts';
import { closeNow, LOOPBACK, listen } from './listening.ts';

interface Seen {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

const stops: (() => Promise<void>)[] = [];
const proxyVariables = ['http_proxy', 'https_proxy', 'all_proxy', 'no_proxy'];

beforeEach(() => {
  for (const name of proxyVariables) {
    vi.stubEnv(name, '');
    vi.stubEnv(name.toUpperCase(), '');
  }
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** Starts a server on a free port; it is stopped after the test. */
async function serve(listener: RequestListener, tls = false, tunnels: string[] = []): Promise<string> {
  const credentials = () => ({
    key: readFileSync(new URL('testdata/self-signed.key', import.meta.url)),
    cert: readFileSync(new URL('testdata/self-signed.crt', import.meta.url)),
  });
  const server = tls ? createTlsServer(credentials(), listener) : createServer(listener);
  server.on('connect', (request, client) => {
    tunnels.push(request.url ?? '');
    const [host = '', port] = (request.url ?? '').split(':');
    const upstream = connect(Number(port), host, () => {
      client.write('HTTP/1.1 200 Connection Established\r\n\r\n');
      upstream.pipe(client).pipe(upstream);
    });
    client.on('close', () => upstream.destroy()).on('error', () => upstream.destroy());
    upstream.on('error', () => client.destroy());
    stops.push(async () => void client.destroy());
  });
  const port = await listen(server);
  stops.push(() => closeNow(server));
  return `${tls ? 'https' : 'http'}://${LOOPBACK}:${port}`;
}

/** A server that answers what `respond` says and remembers the requests. */
async function recorder(respond: (request: Seen, response: ServerResponse) => void) {
  const seen: Seen[] = [];
  const url = await serve((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const { method = '', url: path = '', headers } = request;
      const entry = { method, url: path, headers, body: Buffer.concat(chunks).toString() };
      seen.push(entry);
      respond(entry, response);
    });
  });
  return { url, seen };
}

function get(url: string, more: Partial<HttpRequest> = {}): HttpRequest {
  return { method: 'GET', url, timeoutMs: 5000, ...more };
}

async function failure(request: HttpRequest): Promise<HttpFailure> {
  const error = await axiosHttp()
    .request(request)
    .then(
      () => undefined,
      (reason: unknown) => reason,
    );
  if (!(error instanceof HttpFailure)) throw new Error(`expected an HttpFailure, got ${String(error)}`);
  return error;
}

describe('an answer', () => {
  test('carries status, lower-case headers and the body', async () => {
    const { url } = await recorder((_, response) => response.writeHead(201, { 'X-Kind': 'b' }).end('héllo'));
    const answer = await axiosHttp().request(get(url));
    expect(answer).toMatchObject({ status: 201, body: 'héllo' });
    expect(answer.headers['x-kind']).toBe('b');
  });

  test('with an error status is an answer', async () => {
    const { url } = await recorder((_, response) => response.writeHead(503, { 'Retry-After': '7' }).end('busy'));
    const answer = await axiosHttp().request(get(url));
    expect(answer).toMatchObject({ status: 503, body: 'busy' });
    expect(answer.headers['retry-after']).toBe('7');
  });

  test('of several header lines of one name is joined', async () => {
    const { url } = await recorder((_, response) => response.writeHead(200, { 'Set-Cookie': ['a=1', 'b=2'] }).end());
    expect((await axiosHttp().request(get(url))).headers['set-cookie']).toBe('a=1, b=2');
  });

  test('is unpacked', async () => {
    const { url } = await recorder((_, response) =>
      response.writeHead(200, { 'Content-Encoding': 'gzip' }).end(gzipSync('packed')),
    );
    expect((await axiosHttp().request(get(url))).body).toBe('packed');
  });

  test('is cut at one MiB', async () => {
    const { url } = await recorder((_, response) => response.end(Buffer.alloc(3 * MAX_BODY_BYTES, 'x')));
    const answer = await axiosHttp().request(get(url));
    expect(answer.status).toBe(200);
    expect(answer.body).toHaveLength(MAX_BODY_BYTES);
  });

  test('is cut also when it never ends', async () => {
    const { url } = await recorder((_, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(65536, 'y')));
      };
      response.on('drain', more);
      more();
    });
    expect((await axiosHttp().request(get(url))).body).toHaveLength(MAX_BODY_BYTES);
  });
});

describe('a request', () => {
  test('carries method, body, type and repeated headers', async () => {
    const { url, seen } = await recorder((_, response) => response.end());
    const headers = { 'Content-Type': 'application/json', 'X-Scope': ['a', 'b'] };
    await axiosHttp().request(get(`${url}/hook?x=1`, { method: 'POST', headers, body: '{"a":1}' }));
    expect(seen).toHaveLength(1);
    expect(seen[0]).toMatchObject({ method: 'POST', url: '/hook?x=1', body: '{"a":1}' });
    expect(seen[0]?.headers).toMatchObject({
      'content-type': 'application/json',
      'x-scope': 'a, b',
      'user-agent': 'sluice',
    });
  });

  test('turns the user part of the address into a header', async () => {
    const { url, seen } = await recorder((_, response) => response.end());
    await axiosHttp().request(get(url.replace('//', '//ann:p%40ss@')));
    expect(seen[0]?.headers.authorization).toBe(`Basic ${Buffer.from('ann:p@ss').toString('base64')}`);
  });

  test('keeps its own Authorization when the address has a user part too', async () => {
    const { url, seen } = await recorder((_, response) => response.end());
    await axiosHttp().request(get(url.replace('//', '//ann:x@'), { headers: { authorization: 'Bearer t' } }));
    expect(seen[0]?.headers.authorization).toBe('Bearer t');
  });

  test('uses a kept connection', async () => {
    const sockets = new Set<Socket>();
    const url = await serve((request, response) => {
      sockets.add(request.socket);
      response.end('ok');
    });
    const http = axiosHttp();
    await http.request(get(url));
    await http.request(get(url));
    expect(sockets.size).toBe(1);
  });

  test('is sent again on a new connection when the kept one was just closed by the server', async () => {
    const served = new Set<Socket>();
    const url = await serve((request, response) => {
      if (served.has(request.socket)) return request.socket.destroy();
      served.add(request.socket);
      response.end('ok');
    });
    const http = axiosHttp();
    await http.request(get(url));
    await expect(http.request(get(url, { method: 'POST', body: 'x' }))).resolves.toMatchObject({ body: 'ok' });
    expect(served.size).toBe(2);
  });
});

describe('a redirect', () => {
  const rows = [
    { status: 301, method: 'POST', to: 'GET', body: '' },
    { status: 302, method: 'POST', to: 'GET', body: '' },
    { status: 303, method: 'PUT', to: 'GET', body: '' },
    { status: 302, method: 'HEAD', to: 'HEAD', body: '' },
    { status: 307, method: 'POST', to: 'POST', body: 'payload' },
    { status: 308, method: 'POST', to: 'POST', body: 'payload' },
  ] as const;
  test.each(rows)('$status of a $method is followed with a $to', async ({ status, method, to, body }) => {
    const { url, seen } = await recorder((request, response) =>
      request.url === '/a' ? response.writeHead(status, { Location: '/b' }).end() : response.end('there'),
    );
    const withBody = method === 'HEAD' ? {} : { body: 'payload', headers: { 'Content-Type': 'text/plain' } };
    const answer = await axiosHttp().request(get(`${url}/a`, { method, ...withBody }));
    expect(answer.status).toBe(200);
    expect(seen[1]).toMatchObject({ method: to, url: '/b', body });
    expect(seen[1]?.headers['content-type']).toBe(body === '' ? undefined : 'text/plain');
  });

  test('takes credentials along on the same origin only', async () => {
    const other = await recorder((_, response) => response.end());
    const { url, seen } = await recorder((request, response) =>
      response.writeHead(302, { Location: request.url === '/a' ? '/b' : `${other.url}/c` }).end(),
    );
    const headers = { Authorization: 'Bearer t', 'DD-API-KEY': 'k', 'User-Agent': 'mine' };
    await axiosHttp().request(get(`${url}/a`, { headers }));
    const sent = { authorization: 'Bearer t', 'dd-api-key': 'k', 'user-agent': 'mine' };
    expect(seen.map((request) => request.headers)).toMatchObject([sent, sent]);
    expect(other.seen[0]?.headers).toMatchObject({ 'user-agent': 'mine' });
    expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(other.seen[0]?.headers).not.toHaveProperty('dd-api-key');
  });

  test('is followed ten times and no more', async () => {
    const { url, seen } = await recorder((request, response) => {
      const left = Number(request.url.slice(1));
      return left === 0 ? response.end('end') : response.writeHead(302, { Location: `/${left - 1}` }).end();
    });
    await expect(axiosHttp().request(get(`${url}/10`))).resolves.toMatchObject({ body: 'end' });
    expect(seen).toHaveLength(11);
    await expect(failure(get(`${url}/11`))).resolves.toMatchObject({ message: 'too many redirects', retryable: false });
  });

  test('without a target is the answer', async () => {
    const { url } = await recorder((_, response) => response.writeHead(302).end('where to?'));
    await expect(axiosHttp().request(get(url))).resolves.toMatchObject({ status: 302, body: 'where to?' });
  });

  test('to something that is not HTTP is a failure', async () => {
    const { url } = await recorder((_, response) => response.writeHead(302, { Location: 'file:///etc/passwd' }).end());
    await expect(failure(get(url))).resolves.toMatchObject({
      message: 'redirected to an invalid address',
      retryable: false,
    });
  });
});

describe('no answer', () => {
  test('within the time limit', async () => {
    const url = await serve(() => undefined);
    await expect(failure(get(url, { timeoutMs: 60 }))).resolves.toMatchObject({
      message: 'no complete answer within 0.06 s',
      retryable: true,
    });
  });

  test('to the end within the time limit, although bytes keep coming', async () => {
    const url = await serve((_, response) => {
      response.writeHead(200);
      const drip = setInterval(() => response.write('.'), 10);
      response.on('close', () => clearInterval(drip));
    });
    await expect(failure(get(url, { timeoutMs: 150 }))).resolves.toMatchObject({
      message: 'no complete answer within 0.15 s',
      retryable: true,
    });
  });

  test('because the connection is refused', async () => {
    const url = await serve((_, response) => response.end());
    for (const stop of stops.splice(0)) await stop();
    await expect(failure(get(url))).resolves.toMatchObject({ message: 'connection refused', retryable: true });
  });

  test('because the connection is reset', async () => {
    const url = await serve((request) => request.socket.destroy());
    await expect(failure(get(url))).resolves.toMatchObject({
      message: 'the connection was lost before the answer was complete',
      retryable: true,
    });
  });

  test('because the body breaks off', async () => {
    const url = await serve((request, response) => {
      response.writeHead(200, { 'Content-Length': '100' });
      response.write('part', () => request.socket.destroy());
    });
    await expect(failure(get(url))).resolves.toMatchObject({
      message: 'the connection was lost before the answer was complete',
      retryable: true,
    });
  });

  test('because the caller cancelled, before or while waiting', async () => {
    const url = await serve(() => undefined);
    const abort = new AbortController();
    const waiting = failure(get(url, { signal: abort.signal }));
    abort.abort();
    await expect(waiting).resolves.toMatchObject({ message: 'the request was cancelled', retryable: false });
    await expect(failure(get(url, { signal: abort.signal }))).resolves.toMatchObject({ retryable: false });
  });

  test.each(['ftp://127.0.0.1/x', 'not a url', ''])('because %j is no HTTP address', async (url) => {
    await expect(failure(get(url))).resolves.toMatchObject({
      message: 'the address is not a valid http or https URL',
      retryable: false,
    });
  });

  test('with a header that HTTP does not allow', async () => {
    const { url, seen } = await recorder((_, response) => response.end());
    await axiosHttp()
      .request(get(url, { headers: { 'X-A': 'a\nInjected: 1' } }))
      .catch(() => undefined);
    expect(seen.every((request) => request.headers['injected'] === undefined)).toBe(true);
  });
});

describe('certificates', () => {
  test('that nobody signed are refused for good', async () => {
    const url = await serve((_, response) => response.end('secure'), true);
    await expect(failure(get(url))).resolves.toMatchObject({
      message: 'the certificate is self-signed',
      retryable: false,
    });
  });

  test('are not checked on request', async () => {
    const url = await serve((_, response) => response.end('secure'), true);
    await expect(axiosHttp().request(get(url, { insecure: true }))).resolves.toMatchObject({ body: 'secure' });
  });
});

describe('a proxy', () => {
  test('of the request is used, with its credentials', async () => {
    const { url, seen } = await recorder((_, response) => response.end('proxied'));
    const proxy = url.replace('//', '//u:p@');
    const answer = await axiosHttp().request(get('http://backend.test/x', { proxy }));
    expect(answer.body).toBe('proxied');
    expect(seen[0]?.url).toBe('http://backend.test/x');
    expect(seen[0]?.headers['proxy-authorization']).toBe(`Basic ${Buffer.from('u:p').toString('base64')}`);
  });

  test('is a tunnel for https', async () => {
    const tunnels: string[] = [];
    const url = await serve((_, response) => response.end('secure'), true);
    const proxy = await serve((_, response) => response.end('not a tunnel'), false, tunnels);
    const request = { ...get(url), proxy };
    await expect(axiosHttp().request({ ...request, insecure: true })).resolves.toMatchObject({ body: 'secure' });
    expect(tunnels).toEqual([new URL(url).host]);
    await expect(failure(request)).resolves.toMatchObject({ message: 'the certificate is self-signed' });
  });

  test('of the environment is used, unless the request wants none', async () => {
    const target = await recorder((_, response) => response.end('direct'));
    const { url } = await recorder((_, response) => response.end('proxied'));
    vi.stubEnv('HTTP_PROXY', url);
    const http = axiosHttp();
    await expect(http.request(get('http://backend.test/x'))).resolves.toMatchObject({ body: 'proxied' });
    await expect(http.request(get(target.url, { proxy: '' }))).resolves.toMatchObject({ body: 'direct' });
  });

  test('that is no URL is a failure', async () => {
    await expect(failure(get('http://127.0.0.1/', { proxy: 'nonsense' }))).resolves.toMatchObject({
      message: 'the proxy has no valid http or https URL',
      retryable: false,
    });
  });
});

test('no failure shows credentials', async () => {
  const url = await serve((request) => request.socket.destroy());
  const secret = { headers: { Authorization: 'Bearer s3cret' } };
  for (const request of [
    get(url.replace('//', '//ann:s3cret@'), secret),
    get(`${url}/s3cret`, { ...secret, proxy: 'http://u:s3cret@127.0.0.1:1' }),
    get('nonsense://s3cret', secret),
  ]) {
    const error = await failure(request);
    expect(`${error.message} ${error.stack} ${JSON.stringify(error)} ${String(error.cause)}`).not.toContain('s3cret');
  }
});
