import { parseExposition } from '../exposition.ts';
import { type Labels, METRIC_NAME } from '../labels.ts';
import { evaluate } from '../promql/evaluate.ts';
import { QueryError } from '../promql/query-error.ts';
import { createSeriesStore, type SeriesStore } from '../store.ts';

/** Time of the first sample of `seriesOf`: a whole hour. */
export const START_MS = Date.UTC(2026, 0, 1);

/** `null` leaves a sample out, `'stale'` says that the series went away. */
export type Written = number | null | 'stale';

/** A store with series by their text (`up{pod="a"}`), one sample each `stepMs` from `START_MS` on. */
export function seriesOf(series: Readonly<Record<string, readonly Written[]>>, stepMs = 10_000): SeriesStore {
  const store = createSeriesStore();
  for (const [text, values] of Object.entries(series)) {
    const labels = labelsOf(text);
    values.forEach((value, index) => {
      const timeMs = START_MS + index * stepMs;
      if (value === 'stale') store.markStale(labels, timeMs);
      else if (value !== null) store.append(labels, timeMs, value);
    });
  }
  return store;
}

/** The labels of a series, by its text. */
export function labelsOf(text: string): Labels {
  const page = parseExposition(`${text} 0`);
  const labels = 'samples' in page ? page.samples[0]?.labels : undefined;
  if (!labels) throw new Error(`not a series: ${text}`);
  return labels;
}

/** What a query answers `seconds` after `START_MS`: a number, a text, or the values of a vector by the text of their series. */
export function ask(store: SeriesStore, query: string, seconds: number): unknown {
  const value = evaluate(query, store, START_MS + seconds * 1000);
  if (value.type === 'scalar' || value.type === 'string') return value.value;
  if (value.type === 'vector')
    return Object.fromEntries(value.samples.map((each) => [textOf(each.labels), each.value]));
  return Object.fromEntries(
    value.series.map(({ labels, points }) => [textOf(labels), points.map((point) => point.value)]),
  );
}

/** The error of a query that must fail. */
export function refusal(store: SeriesStore, query: string, seconds = 0): QueryError {
  try {
    ask(store, query, seconds);
  } catch (error) {
    if (error instanceof QueryError) return error;
    throw error;
  }
  throw new Error(`${query} was answered`);
}

function textOf(labels: Labels): string {
  const rest = [...labels.withoutName().entries()].map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  const name = labels.get(METRIC_NAME);
  return name !== '' && rest.length === 0 ? name : `${name}{${rest.join(',')}}`;
}
