import { type AxiosAdapter, AxiosHeaders } from 'axios';
import { PrometheusDriver } from 'prometheus-query';
import type { Http, HttpRequest } from '../src/runtime/http.ts';
import { basicAuthorization } from '../src/runtime/url-credentials.ts';
import { backendAddress, get, parseBody, TIMEOUT_MS } from './backend.ts';
import { type MetricProvider, ProviderError, type ProviderSpec, type Sample } from './contract.ts';
import { encodeQuery } from './go-query.ts';
import { readResult } from './prometheus-result.ts';
import type { ProviderTools } from './provider-factory.ts';
import { describeStatus } from './status-text.ts';

const PROBE = 'vector(1)';

/** A Prometheus, or anything that speaks its query API. The query is evaluated at the server's present time. */
export function prometheus(spec: ProviderSpec, { http }: ProviderTools): MetricProvider {
  const { base, authorization } = backendAddress(spec.type, spec.address);
  const headers = requestHeaders(spec, authorization);

  async function query(text: string, signal?: AbortSignal): Promise<Sample> {
    const request = { headers, insecure: spec.insecureSkipVerify, ...(signal ? { signal } : {}) };
    const driver = new PrometheusDriver({
      endpoint: base,
      timeout: TIMEOUT_MS,
      requestInterceptor: {
        onFulfilled: (config) => Object.assign(config, { adapter: adapterOf(http, base, request) }),
      },
    });
    try {
      const { result } = await driver.instantQuery(text);
      return readResult(result);
    } catch (error) {
      throw providerError(error);
    }
  }

  return {
    query,
    async check(signal) {
      const sample = await query(PROBE, signal);
      if ('noData' in sample) throw new ProviderError(`running query failed: ${sample.noData}`);
      if (sample.value !== 1) throw new ProviderError(`value is not 1 for query: ${PROBE}`);
    },
  };
}

type Headers = Readonly<Record<string, string | readonly string[]>>;

/** All values of every configured header; a token is added to them, a password replaces what was said before. */
function requestHeaders(spec: ProviderSpec, fromAddress: string | undefined): Headers {
  const configured = Object.entries(spec.headers);
  const others = configured.filter(([name]) => name.toLowerCase() !== 'authorization');
  const own = configured.filter(([name]) => name.toLowerCase() === 'authorization').flatMap(([, values]) => values);
  const values = authorizationOf(spec, own, fromAddress);
  return Object.fromEntries(values.length === 0 ? others : [...others, ['Authorization', values]]);
}

function authorizationOf(spec: ProviderSpec, own: readonly string[], fromAddress: string | undefined) {
  const { secret } = spec;
  if (!secret) return own.length > 0 || fromAddress === undefined ? own : [fromAddress];
  if (secret['token'] !== undefined) return [...own, `Bearer ${secret['token'].trim()}`];
  const { username, password } = secret;
  if (username === undefined) throw new ProviderError(`${spec.type} credentials does not contain a username`);
  if (password === undefined) throw new ProviderError(`${spec.type} credentials does not contain a password`);
  return [basicAuthorization(username, password)];
}

/**
 * Carries the client's request over `http`. What comes back is marked as a plain string: the client hands those through as
 * they are, while its own reading would turn infinities into NaN and break on native histograms.
 */
function adapterOf(http: Http, base: string, more: Pick<HttpRequest, 'headers' | 'insecure' | 'signal'>): AxiosAdapter {
  return async (config) => {
    const query = new URLSearchParams(config.params).get('query') ?? '';
    const answer = await get(http, `${base}/api/v1/query`, encodeQuery([['query', query]]), more);
    if (answer.status >= 400) throw new ProviderError(`error response: ${describeStatus(answer)}`);
    const data = { status: 'success', data: { resultType: 'string', result: parseBody(answer.body) } };
    return { data, status: answer.status, statusText: '', headers: new AxiosHeaders(), config };
  };
}

/** The client rejects with plain objects that keep the original error; anything else is a defect of ours and stays. */
function providerError(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || error instanceof Error || !('original' in error)) return error;
  return error.original;
}
