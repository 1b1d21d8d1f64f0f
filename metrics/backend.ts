import { type Http, type HttpAnswer, HttpFailure, type HttpRequest } from '../src/runtime/http.ts';
import { withoutCredentials } from '../src/runtime/url-credentials.ts';
import { ProviderError } from './contract.ts';

/** Time that a backend has for a query. */
export const TIMEOUT_MS = 5000;

export interface BackendAddress {
  /** Origin and path, without a slash at the end; the address's own query is dropped. */
  readonly base: string;
  /** From the user part of the address. */
  readonly authorization: string | undefined;
}

/** Reads the address of a backend; throws a `ProviderError` that doesn't repeat a password. */
export function backendAddress(type: string, address: string | undefined): BackendAddress {
  const plain = withoutCredentials(address ?? '');
  if (!plain) {
    const shown = (address ?? '').replace(/\/\/[^/@]*@/, '//');
    throw new ProviderError(`${type} address ${shown} is not a valid URL`);
  }
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
    if (error instanceof HttpFailure) throw new ProviderError(`request failed: Get "${endpoint}": ${error.message}`);
    throw error;
  }
}

/** Parses the body of an answer; throws a `ProviderError` that shows it. */
export function parseBody(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new ProviderError(`error unmarshaling result: ${reason}, '${body}'`);
  }
}
