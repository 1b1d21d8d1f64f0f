import { dig } from '../src/kube/object.ts';
import { type Http, type HttpAnswer, HttpFailure, type HttpRequest } from '../src/runtime/http.ts';
import { hideCredentials, withoutCredentials } from '../src/runtime/url-credentials.ts';
import { ProviderError } from './contract.ts';
import { shown } from './shown.ts';

/** Time that a backend has for a query. */
export const TIMEOUT_MS = 5000;

export interface BackendAddress {
  /** Origin and path, without a slash at the end; the address's own query is dropped. */
  readonly base: string;
  /** From the user part of the address. */
  readonly authorization: string | undefined;
}

/** Reads the address of a backend; throws a `ProviderError` that doesn't repeat its credentials. */
export function backendAddress(type: string, address: string | undefined): BackendAddress {
  const plain = withoutCredentials(address ?? '');
  if (!plain) throw new ProviderError(`${type} address ${hideCredentials(address ?? '')} is not a valid URL`);
  const url = new URL(plain.url);
  return { base: url.origin + url.pathname.replace(/\/+$/, ''), authorization: plain.authorization };
}

/** Sends a GET to a backend. Rejects with a `ProviderError` that names the address but neither query nor headers. */
export async function get(
  http: Http,
  endpoint: string,
  query: string,
  more: Pick<HttpRequest, 'headers' | 'insecure' | 'signal'>,
): Promise<HttpAnswer> {
  const url = query === '' ? endpoint : `${endpoint}?${query}`;
  try {
    return await http.request({ method: 'GET', url, timeoutMs: TIMEOUT_MS, ...more });
  } catch (error) {
    if (!(error instanceof HttpFailure)) throw error;
    throw new ProviderError(`request failed: Get "${hideCredentials(endpoint)}": ${error.message}`);
  }
}

/**
 * Parses the body of an answer. Throws a `ProviderError` that shows it, also when it says `"status": "error"`: proxies and
 * some backends send that with HTTP status 200.
 */
export function parseBody(body: string): unknown {
  const parsed = parseJson(body);
  if (dig(parsed, 'status') !== 'error') return parsed;
  const error = dig(parsed, 'error');
  throw new ProviderError(`error response: ${shown(typeof error === 'string' && error !== '' ? error : body)}`);
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProviderError(`error unmarshaling result: ${shown(reason)}, '${shown(body)}'`);
  }
}
