import { dig } from '../src/kube/object.ts';
import { ProviderError, type Sample } from './contract.ts';
import { parseNumber } from './go-number.ts';
import { NO_VALUES } from './no-values.ts';
import { shown } from './shown.ts';

/**
 * Reads the body of an instant query: a vector or a scalar. The last series counts when there are several, which is worth
 * a warning. Throws a `ProviderError` for a range vector, a native histogram or anything unknown, such as the JSON of
 * something that isn't a Prometheus.
 */
export function readResult(body: unknown): Sample {
  const data = dig(body, 'data');
  if (typeof data !== 'object' || data === null || Array.isArray(data)) {
    throw new ProviderError(`error unmarshaling result: the answer has no data, '${shown(JSON.stringify(body))}'`);
  }
  const result = dig(data, 'result');
  const type = dig(data, 'resultType');
  if (type === 'scalar') return sampleOf(numberOf(result), 1);
  if (type === 'string') throw new ProviderError('query returned a string');
  if (result === undefined || result === null) return { noData: NO_VALUES };
  if (!Array.isArray(result)) throw new ProviderError('error unmarshaling result: the result is not a list');
  let value: number | undefined;
  let series = 0;
  for (const element of result) {
    if (dig(element, 'values') !== undefined) throw new ProviderError('query returned multiple values');
    if (dig(element, 'histogram') !== undefined) throw new ProviderError('query returned a native histogram');
    const found = numberOf(dig(element, 'value'));
    if (found === undefined) continue;
    value = found;
    series++;
  }
  return sampleOf(value, series);
}

/** `undefined` when the sample holds no text. */
function numberOf(sample: unknown): number | undefined {
  const text = dig(sample, 1);
  if (typeof text !== 'string') return undefined;
  const value = parseNumber(text);
  if (value === undefined) throw new ProviderError(`error unmarshaling result: "${shown(text)}" is not a number`);
  return value;
}

function sampleOf(value: number | undefined, series: number): Sample {
  if (value === undefined || Number.isNaN(value)) return { noData: NO_VALUES };
  if (series < 2) return { value };
  return { value, warning: `the query returned ${series} series, only the last one counts` };
}
