import { HttpFailure, type HttpRequest } from './http.ts';

/** Message of the failure when redirects don't come to an end. */
export const TOO_MANY_REDIRECTS = 'too many redirects';

/** Headers that any origin may see. Each of the others may be a key: backends name theirs as they like. */
const HARMLESS = new Set(['accept', 'content-type', 'user-agent']);

/**
 * The request that an answer leads to, or `undefined` when it is the final one. 301, 302 and 303 turn everything but HEAD
 * into a GET without a body; 307 and 308 repeat the request. A redirect without a target is final. Another origin gets no
 * headers but `Accept`, `Content-Type` and `User-Agent`.
 */
export function nextHop(request: HttpRequest, status: number, location: string | undefined): HttpRequest | undefined {
  const rewrites = status === 301 || status === 302 || status === 303;
  if ((!rewrites && status !== 307 && status !== 308) || location === undefined || location === '') return undefined;
  const from = new URL(request.url);
  const to = URL.parse(location, request.url);
  if (!to || !/^https?:$/.test(to.protocol)) throw new HttpFailure('redirected to an invalid address', false);
  to.username = '';
  to.password = '';
  const keepsBody = !rewrites;
  const { method, body, headers = {}, ...rest } = request;
  return {
    ...rest,
    url: to.href,
    method: rewrites && method !== 'HEAD' ? 'GET' : method,
    headers: headersFor(headers, to.origin === from.origin, keepsBody),
    ...(keepsBody && body !== undefined ? { body } : {}),
  };
}

function headersFor(headers: NonNullable<HttpRequest['headers']>, sameOrigin: boolean, keepsBody: boolean) {
  const kept = Object.entries(headers).filter(([name]) => {
    const key = name.toLowerCase();
    return (sameOrigin || HARMLESS.has(key)) && (keepsBody || !key.startsWith('content-'));
  });
  return Object.fromEntries(kept);
}
