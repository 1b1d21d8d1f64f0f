import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import type { Dispatcher } from 'undici';
import type { Clock } from '../../runtime/clock.ts';
import type { Endpoint } from './directory.ts';
import type { Served } from './gateway-metrics.ts';
import { editHeaders, type HeaderMap } from './header-edits.ts';
import type { Backend } from './route-table.ts';
import type { Forward } from './routes.ts';
import type { Upstreams } from './upstreams.ts';

/** Bodies are read whole before they are sent, as nginx does, so that they can be sent again and mirrored. */
export const MAX_BODY_BYTES = 16 << 20;

/** Headers that concern one connection only; `expect` is answered by the server, the length is set anew. */
const PER_CONNECTION = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'PUT', 'DELETE', 'TRACE']);

/** An exchange took longer than its route allows. */
class TimedOut extends Error {
  override readonly name = 'TimedOut';
}

/** A request with everything that is needed to send it on. */
export interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer | undefined;
  readonly decision: Forward;
}

/** Sends requests on to endpoints. */
export class Forwarder {
  readonly #upstreams: Upstreams;
  readonly #clock: Clock;

  constructor(upstreams: Upstreams, clock: Clock) {
    this.#upstreams = upstreams;
    this.#clock = clock;
  }

  /**
   * Answers the request from a ready endpoint of its backend. A connection that fails before anything was answered is
   * tried once more, on another endpoint where there is one. 500 without Service, 503 without endpoint, 502 when the
   * connection fails, 504 when the time is over; 499 is noted, as nginx does, when the client went away.
   */
  async forward(exchange: Exchange): Promise<Served> {
    const { decision, response } = exchange;
    for (const mirror of decision.mirrors) this.#mirror(exchange, mirror);
    const { backend, canary } = this.#settle(decision);
    const served = {
      service: backend.service,
      canary: canary ? `${backend.namespace}-${backend.service}-${backend.port}` : '',
    };
    const endpoint = this.#upstreams.next(backend);
    if (endpoint) await this.#exchange(exchange, backend, endpoint);
    else if (this.#upstreams.exists(backend)) fail(response, 503, 'no ready endpoint');
    else fail(response, 500, 'no such Service port');
    return served;
  }

  /** A canary without endpoints takes no requests. */
  #settle({ backend, canary, otherwise }: Forward): { readonly backend: Backend; readonly canary: boolean } {
    if (otherwise && !this.#upstreams.isReady(backend)) return { backend: otherwise, canary: false };
    return { backend, canary };
  }

  async #exchange(exchange: Exchange, backend: Backend, first: Endpoint): Promise<void> {
    const { response, decision } = exchange;
    const whole = new AbortController();
    const gone = () => {
      if (!response.writableFinished) whole.abort();
    };
    response.once('close', gone);
    const cancel = this.#abortAfter(whole, decision.timeoutMs);
    try {
      const answer = await this.#attempts(exchange, backend, first, whole.signal);
      await relay(answer, exchange, whole.signal);
    } catch (error) {
      const { aborted, reason } = whole.signal;
      if ([error, reason].some((cause) => cause instanceof TimedOut)) fail(response, 504, 'the time is over');
      else if (aborted) response.statusCode = 499;
      else fail(response, 502, 'the connection to the endpoint failed');
    } finally {
      cancel();
      response.off('close', gone);
    }
  }

  async #attempts(
    exchange: Exchange,
    backend: Backend,
    first: Endpoint,
    whole: AbortSignal,
  ): Promise<Dispatcher.ResponseData> {
    try {
      return await this.#send(exchange, first, whole);
    } catch (error) {
      const other = whole.aborted ? undefined : this.#upstreams.next(backend, first);
      if (!other || !mayRepeat(error, exchange.request.method ?? 'GET')) throw error;
      return this.#send(exchange, other, whole);
    }
  }

  async #send(exchange: Exchange, endpoint: Endpoint, whole: AbortSignal): Promise<Dispatcher.ResponseData> {
    const attempt = new AbortController();
    const cancel = this.#abortAfter(attempt, exchange.decision.backendTimeoutMs);
    try {
      const signal = AbortSignal.any([whole, attempt.signal]);
      return await this.#upstreams.pool(endpoint).request({ ...outgoing(exchange), signal });
    } finally {
      cancel();
    }
  }

  /** A copy whose answer nobody reads. */
  #mirror(exchange: Exchange, backend: Backend): void {
    const endpoint = this.#upstreams.next(backend);
    if (!endpoint) return;
    const sent = this.#upstreams.pool(endpoint).request(outgoing(exchange));
    void sent.then(({ body }) => body.dump()).catch(() => {});
  }

  #abortAfter(controller: AbortController, ms: number | undefined): () => void {
    return ms === undefined ? () => {} : this.#clock.after(ms, () => controller.abort(new TimedOut()));
  }
}

function outgoing({ request, body, decision }: Exchange): Dispatcher.RequestOptions {
  const headers = editHeaders(withoutPerConnection(request.headers), decision.requestEdits);
  const from = request.socket.remoteAddress ?? '';
  headers['x-forwarded-for'] = [headers['x-forwarded-for'], from].flat().filter(Boolean).join(', ');
  headers['x-forwarded-proto'] ??= 'http';
  headers['x-forwarded-host'] ??= request.headers.host;
  if (decision.host !== undefined) headers['host'] = decision.host;
  const method = (request.method ?? 'GET') as Dispatcher.HttpMethod;
  return { method, path: decision.path, headers, body: body ?? null };
}

function withoutPerConnection(headers: HeaderMap): HeaderMap {
  const named = String(headers['connection'] ?? '')
    .toLowerCase()
    .split(',')
    .map((name) => name.trim());
  return Object.fromEntries(
    Object.entries(headers).filter(([name]) => !PER_CONNECTION.has(name) && !named.includes(name)),
  );
}

async function relay(answer: Dispatcher.ResponseData, exchange: Exchange, signal: AbortSignal): Promise<void> {
  const { response, decision } = exchange;
  const headers = editHeaders(withLength(answer.headers), decision.responseEdits);
  const present = Object.entries(headers).filter(([, value]) => value !== undefined);
  response.writeHead(answer.statusCode, Object.fromEntries(present));
  await pipeline(answer.body, response, { signal });
}

function withLength(headers: HeaderMap): HeaderMap {
  const length = headers['content-length'];
  return { ...withoutPerConnection(headers), ...(length === undefined ? {} : { 'content-length': length }) };
}

/** Whether the request certainly wasn't worked on, or may be worked on twice. */
function mayRepeat(error: unknown, method: string): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  const unsent = ['ECONNREFUSED', 'EADDRNOTAVAIL', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_CLOSED', 'UND_ERR_DESTROYED'];
  if (unsent.includes(String(code))) return true;
  return REPEATABLE.has(method) && ['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'].includes(String(code));
}

/** Answers for the gateway; an answer that has begun can only be cut off. */
export function fail(response: ServerResponse, status: number, why: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain' }).end(`${why}\n`);
}
