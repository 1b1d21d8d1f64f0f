import { dig } from '../src/kube/object.ts';
import { backendAddress, get, parseBody } from './backend.ts';
import { ProviderError, type ProviderSpec, type Sample } from './contract.ts';
import { encodeQuery } from './go-query.ts';
import { NO_VALUES } from './no-values.ts';
import type { ProviderFactory } from './provider-factory.ts';
import { shown } from './shown.ts';

const DEFAULT_ADDRESS = 'https://api.datadoghq.com';
/** How many windows of the metric are asked for: the newest points are often incomplete. */
const LOOK_BACK = 10;

/** Datadog's metrics API. Needs an API key and an application key. */
export const datadog: ProviderFactory = (spec, { http, clock }) => {
  const address = spec.address === undefined || spec.address === '' ? DEFAULT_ADDRESS : spec.address;
  const { base } = backendAddress(spec.type, address);
  const headers = {
    'DD-API-KEY': keyOf(spec, 'datadog_api_key'),
    'DD-APPLICATION-KEY': keyOf(spec, 'datadog_application_key'),
  };
  return {
    async query(query, signal) {
      const to = Math.floor(clock.now() / 1000);
      const from = to - Math.floor((LOOK_BACK * spec.intervalMs) / 1000);
      const parameters = encodeQuery([
        ['from', String(from)],
        ['query', query],
        ['to', String(to)],
      ]);
      const answer = await get(http, `${base}/api/v1/query`, parameters, { headers, ...(signal ? { signal } : {}) });
      if (answer.status !== 200)
        throw new ProviderError(`error response: ${shown(answer.body)}: status ${answer.status}`);
      return readSeries(answer.body);
    },
    async check(signal) {
      const answer = await get(http, `${base}/api/v1/validate`, '', { headers, ...(signal ? { signal } : {}) });
      if (answer.status !== 200) throw new ProviderError(`error response: ${shown(answer.body)}`);
    },
  };
};

function keyOf(spec: ProviderSpec, name: string): string {
  const key = spec.secret?.[name];
  if (key === undefined) throw new ProviderError(`${spec.type} credentials does not contain ${name}`);
  return key.trim();
}

/** The oldest point of the first series that has a value. */
function readSeries(body: string): Sample {
  const points = dig(parseBody(body), 'series', 0, 'pointlist');
  const values = (Array.isArray(points) ? points : [])
    .map((point) => dig(point, 1))
    .filter((value) => typeof value === 'number');
  const [value] = values;
  if (value !== undefined) return { value, samples: values.length };
  return { noData: `invalid response: ${shown(body)}: ${NO_VALUES}` };
}
