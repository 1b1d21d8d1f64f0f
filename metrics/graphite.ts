import { dig } from '../src/kube/object.ts';
import { basicAuthorization } from '../src/runtime/url-credentials.ts';
import { backendAddress, get, parseBody } from './backend.ts';
import { ProviderError, type ProviderSpec, type Sample } from './contract.ts';
import { parseNumber } from './go-number.ts';
import { encodeQuery } from './go-query.ts';
import { NO_VALUES } from './no-values.ts';
import type { ProviderFactory } from './provider-factory.ts';
import { shown } from './shown.ts';

const PROBE = 'target=test';

/** Graphite's render API. A query is a query string, such as `target=summarize(x, '2min')&from=-2min`. */
export const graphite: ProviderFactory = (spec, { http }) => {
  const { base, authorization } = backendAddress(spec.type, spec.address);
  const credentials = passwordOf(spec) ?? authorization;
  const more = {
    insecure: spec.insecureSkipVerify,
    ...(credentials === undefined ? {} : { headers: { Authorization: credentials } }),
  };

  async function query(text: string, signal?: AbortSignal): Promise<Sample> {
    const answer = await get(http, `${base}/render`, renderParameters(text), {
      ...more,
      ...(signal ? { signal } : {}),
    });
    if (answer.status >= 400) throw new ProviderError(`error response: ${shown(answer.body)}`);
    return readTargets(parseBody(answer.body));
  }

  return {
    query,
    async check(signal) {
      await query(PROBE, signal);
    },
  };
};

function passwordOf({ type, secret }: ProviderSpec): string | undefined {
  if (!secret) return undefined;
  const { username, password } = secret;
  if (username === undefined) throw new ProviderError(`${type} credentials does not contain a username`);
  if (password === undefined) throw new ProviderError(`${type} credentials does not contain a password`);
  return basicAuthorization(username, password);
}

function renderParameters(text: string): string {
  const given = new URLSearchParams(text.trim().replace(/\s+/g, ' '));
  given.set('format', 'json');
  return encodeQuery([...given]);
}

/** The last point that has a value, over all targets in their order. */
function readTargets(body: unknown): Sample {
  if (!Array.isArray(body)) throw new ProviderError('error unmarshaling result: the answer is not a list');
  let last: number | undefined;
  let samples = 0;
  for (const target of body) {
    const points = dig(target, 'datapoints');
    for (const point of Array.isArray(points) ? points : []) {
      const value = readPoint(point);
      if (value === undefined) continue;
      last = value;
      samples++;
    }
  }
  return last === undefined || Number.isNaN(last) ? { noData: NO_VALUES } : { value: last, samples };
}

/** `[value, time]`, both as number, text or null. */
function readPoint(point: unknown): number | undefined {
  if (!Array.isArray(point) || point.length !== 2) {
    throw new ProviderError('error unmarshaling result: a datapoint is not a pair');
  }
  const [value]: unknown[] = point;
  if (value === null || typeof value === 'number') return value ?? undefined;
  const parsed = typeof value === 'string' ? parseNumber(value) : undefined;
  if (parsed === undefined)
    throw new ProviderError(`error unmarshaling result: ${shown(JSON.stringify(value))} is not a number`);
  return parsed;
}
