import { Agent as PlainAgent } from 'node:http';
import { Agent as TlsAgent } from 'node:https';
import type { Readable } from 'node:stream';
import axios, {
  AxiosHeaders,
  type AxiosProxyConfig,
  type AxiosRequestConfig,
  type AxiosResponse,
  isAxiosError,
} from 'axios';
import { deadline, systemClock } from './clock.ts';
import { type Http, type HttpAnswer, HttpFailure, type HttpRequest } from './http.ts';
import { failureOf } from './http-failure.ts';
import { nextHop, TOO_MANY_REDIRECTS } from './http-redirect.ts';
import { withoutCredentials } from './url-credentials.ts';

/** Bytes of an answer that are kept; the rest isn't read. */
export const MAX_BODY_BYTES = 1 << 20;
/** Redirects that are followed for one request. */
export const MAX_REDIRECTS = 10;

export interface AxiosHttpOptions {
  /** Sent as `User-Agent` unless the request names one; default `sluice`. */
  readonly userAgent?: string;
}

interface Agents {
  readonly httpAgent: PlainAgent;
  readonly httpsAgent: TlsAgent;
}

/**
 * HTTP over the network. Connections are kept and shared; redirects are followed as Go's client does it (301, 302 and 303
 * turn into GET without a body, 307 and 308 repeat the request) because hook receivers rely on that. Headers that may be
 * credentials don't follow to another origin.
 */
export function axiosHttp(options: AxiosHttpOptions = {}): Http {
  const kept = { strict: agents(true, false), insecure: agents(true, true) };
  const fresh = { strict: agents(false, false), insecure: agents(false, true) };
  const userAgent = options.userAgent ?? 'sluice';
  const client = axios.create();

  async function exchange(hop: HttpRequest, signal: AbortSignal): Promise<AxiosResponse<Readable>> {
    const kind = hop.insecure ? 'insecure' : 'strict';
    try {
      return await client.request<Readable>({ ...settings(hop, userAgent, signal), ...kept[kind] });
    } catch (error) {
      // the server may have closed a kept connection just when we took it: that says nothing about the server
      if (!lostKeptConnection(error) || signal.aborted) throw error;
      return client.request<Readable>({ ...settings(hop, userAgent, signal), ...fresh[kind] });
    }
  }

  async function follow(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    let hop = request;
    for (let redirects = 0; ; redirects++) {
      const response = await exchange(hop, signal);
      const headers = plainHeaders(response.headers);
      const next = nextHop(hop, response.status, headers['location']);
      if (next === undefined) return { status: response.status, headers, body: await readText(response.data) };
      response.data.destroy();
      if (redirects === MAX_REDIRECTS) throw new HttpFailure(TOO_MANY_REDIRECTS, false);
      hop = next;
    }
  }

  return {
    async request(request) {
      const first = withAuthorization(request);
      const limit = deadline(systemClock, request.timeoutMs, request.signal);
      try {
        return await follow(first, limit.signal);
      } catch (error) {
        if (request.signal?.aborted) throw new HttpFailure('the request was cancelled', false);
        if (limit.isOver()) throw new HttpFailure(`no complete answer within ${request.timeoutMs / 1000} s`, true);
        throw failureOf(error);
      } finally {
        limit.clear();
      }
    },
  };
}

function agents(keepAlive: boolean, insecure: boolean): Agents {
  return {
    httpAgent: new PlainAgent({ keepAlive }),
    httpsAgent: new TlsAgent({ keepAlive, rejectUnauthorized: !insecure }),
  };
}

/** Redirects and time-outs are ours, and a status is never an error. */
function settings(hop: HttpRequest, userAgent: string, signal: AbortSignal): AxiosRequestConfig {
  return {
    url: hop.url,
    method: hop.method,
    headers: axiosHeaders(hop, userAgent),
    ...(hop.body === undefined ? {} : { data: hop.body }),
    signal,
    responseType: 'stream',
    maxRedirects: 0,
    validateStatus: null,
    transformRequest: [],
    ...proxyOf(hop.proxy),
  };
}

function axiosHeaders(hop: HttpRequest, userAgent: string): AxiosHeaders {
  const headers = new AxiosHeaders({ 'User-Agent': userAgent, Accept: '*/*' });
  for (const [name, value] of Object.entries(hop.headers ?? {})) {
    headers.set(name, typeof value === 'string' ? value : [...value]);
  }
  // without a type of its own, axios would call a body a form
  if (hop.body === undefined) headers.delete('Content-Type');
  else headers.set('Content-Type', 'application/octet-stream', false);
  return headers;
}

function proxyOf(proxy: string | undefined): { proxy?: AxiosProxyConfig | false } {
  if (proxy === undefined) return {};
  if (proxy === '') return { proxy: false };
  const url = URL.parse(proxy);
  if (!url || !/^https?:$/.test(url.protocol)) throw new HttpFailure('the proxy has no valid http or https URL', false);
  const secure = url.protocol === 'https:';
  const credentials = { username: decodeURIComponent(url.username), password: decodeURIComponent(url.password) };
  return {
    proxy: {
      protocol: secure ? 'https' : 'http',
      host: url.hostname,
      port: url.port === '' ? (secure ? 443 : 80) : Number(url.port),
      ...(url.username === '' ? {} : { auth: credentials }),
    },
  };
}

/** The user part of the URL becomes a header, unless the request brings one of its own. */
function withAuthorization(request: HttpRequest): HttpRequest {
  const plain = withoutCredentials(request.url);
  if (!plain) throw new HttpFailure('the address is not a valid http or https URL', false);
  const own = Object.keys(request.headers ?? {}).some((name) => name.toLowerCase() === 'authorization');
  if (plain.authorization === undefined || own) return { ...request, url: plain.url };
  return { ...request, url: plain.url, headers: { ...request.headers, Authorization: plain.authorization } };
}

function lostKeptConnection(error: unknown): boolean {
  if (!isAxiosError(error) || (error.code !== 'ECONNRESET' && error.code !== 'EPIPE')) return false;
  return typeof error.request === 'object' && error.request !== null && error.request.reusedSocket === true;
}

function plainHeaders(headers: AxiosResponse['headers']): Record<string, string> {
  const plain: Record<string, string> = {};
  for (const [name, value] of Object.entries(headers)) {
    if (value === undefined || value === null) continue;
    plain[name.toLowerCase()] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return plain;
}

async function readText(stream: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let left = MAX_BODY_BYTES;
  for await (const chunk of stream) {
    const piece = Buffer.from(chunk).subarray(0, left);
    chunks.push(piece);
    left -= piece.length;
    // leaving the loop destroys the stream, and with it the connection
    if (left === 0) break;
  }
  return Buffer.concat(chunks).toString('utf8');
}
