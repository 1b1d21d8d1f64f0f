import type { Socket } from 'node:net';
import { Agent, buildConnector, type Dispatcher, errors, request } from 'undici';
import { type Clock, deadline } from '../runtime/clock.ts';
import { ApiError } from './errors.ts';
import { LineSplitter } from './line-splitter.ts';
import type { ApiAnswer, ApiRequest, Transport } from './transport.ts';

/** How to reach an API server. */
export interface Endpoint {
  /** Base URL, such as `https://10.0.0.1:6443`. */
  readonly server: string;
  /** TLS options of undici's connector: `ca`, `cert`, `key`, `rejectUnauthorized`, `servername`. */
  readonly tls: Readonly<Record<string, unknown>>;
  /** Headers that say who asks; called for every request. `renew` drops a cached credential first. */
  readonly authorize: (renew: boolean) => Promise<Readonly<Record<string, string | string[]>>>;
}

const TIMEOUT_MS = 30_000;
/** A stream that is silent for so long is taken for dead; API servers send bookmarks every minute. */
const SILENCE_MS = 90_000;
const CONNECTIONS = 16;

/**
 * Requests on a small pool of kept-alive connections; streams on connections of their own, so that they take none away.
 * `mayTalk` is asked right before bytes leave the process, after every queue inside of it: where it says no, the connection
 * breaks instead. Default: always.
 */
export function undiciTransport(endpoint: Endpoint, clock: Clock, mayTalk?: () => boolean): Transport {
  // A session of HTTP/2 keeps what is to be sent and writes it later, past the guard; HTTP/1.1 writes at once
  const connect = mayTalk
    ? guarded(buildConnector({ ...endpoint.tls, allowH2: false }), mayTalk)
    : buildConnector({ ...endpoint.tls });
  const requests = new Agent({ connections: CONNECTIONS, connect, keepAliveTimeout: 60_000 });
  const streams = new Agent({ connect, pipelining: 0, headersTimeout: TIMEOUT_MS, bodyTimeout: 0 });

  async function open(api: ApiRequest, dispatcher: Dispatcher, signal: AbortSignal): Promise<Dispatcher.ResponseData> {
    for (const renew of [false, true]) {
      const authorization = await endpoint.authorize(renew);
      const response = await request(endpoint.server + api.path, {
        method: api.method,
        headers: { ...api.headers, ...authorization },
        body: api.body ?? null,
        dispatcher,
        signal,
      });
      if (response.statusCode !== 401 || renew) return response;
      await response.body.dump();
    }
    throw new Error('unreachable');
  }

  return {
    async send(api) {
      const limit = deadline(clock, api.timeoutMs ?? TIMEOUT_MS, api.signal);
      try {
        const response = await open(api, requests, limit.signal);
        const body = await response.body.text();
        return { status: response.statusCode, headers: flat(response.headers), body } satisfies ApiAnswer;
      } catch (error) {
        throw noAnswer(error, endpoint.server);
      } finally {
        limit.clear();
      }
    },
    async stream(api, onLine) {
      const silence = new AbortController();
      const signal = api.signal ? AbortSignal.any([silence.signal, api.signal]) : silence.signal;
      let cancel = clock.after(SILENCE_MS, () => silence.abort());
      try {
        const response = await open(api, streams, signal);
        if (response.statusCode < 200 || response.statusCode >= 300) {
          onLine(await response.body.text());
          return response.statusCode;
        }
        const lines = new LineSplitter(onLine);
        for await (const chunk of response.body) {
          cancel();
          cancel = clock.after(SILENCE_MS, () => silence.abort());
          lines.push(chunk as Buffer);
        }
        return response.statusCode;
      } catch (error) {
        if (api.signal?.aborted) return 200;
        throw noAnswer(error, endpoint.server);
      } finally {
        cancel();
      }
    },
    async close() {
      await Promise.all([requests.destroy(), streams.destroy()]);
    },
  };
}

function guarded(connector: buildConnector.connector, mayTalk: () => boolean): buildConnector.connector {
  return (options, callback) =>
    connector(options, (...result) => {
      const [, socket] = result;
      if (socket) guard(socket, mayTalk);
      callback(...result);
    });
}

function guard(socket: Socket, mayTalk: () => boolean): void {
  const write = socket.write.bind(socket) as (...given: unknown[]) => boolean;
  socket.write = (...given: unknown[]) => {
    if (mayTalk()) return write(...given);
    socket.destroy();
    return false;
  };
}

function flat(headers: Record<string, string | string[] | undefined>): Record<string, string> {
  const entries = Object.entries(headers).flatMap(([name, value]) => {
    return value === undefined ? [] : [[name, Array.isArray(value) ? value.join(', ') : value]];
  });
  return Object.fromEntries(entries);
}

/** Names the server and the cause; request headers, and with them credentials, stay out of it. */
function noAnswer(error: unknown, server: string): ApiError {
  if (error instanceof ApiError) return error;
  const timedOut =
    error instanceof Error && (error.name === 'TimeoutError' || error instanceof errors.HeadersTimeoutError);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const why = timedOut ? 'it took too long' : code || (error instanceof Error ? error.message : 'unknown');
  return new ApiError(`no answer from ${new URL(server).host}: ${why}`, { code: 0, reason: 'NoAnswer' });
}
