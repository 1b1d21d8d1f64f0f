import { compareText, NO_LABELS } from '../labels.ts';
import type { SeriesStore } from '../store.ts';
import { Evaluation, StepCollector } from './evaluation.ts';
import { parseQuery } from './parse.ts';
import { QueryError } from './query-error.ts';
import { type MatrixValue, TYPE_NAMES, type Value, vector } from './value.ts';

/** Points per series that a range query may have. */
export const MAX_POINTS = 11_000;

export interface StepRange {
  readonly startMs: number;
  readonly endMs: number;
  readonly stepMs: number;
}

/**
 * The answer to a PromQL query at one time. Follows Prometheus 3: windows and the look-back of five minutes leave out their
 * early end. Throws a `QueryError`: `bad_data` for a query that isn't valid, `execution` for one without an answer.
 */
export function evaluate(query: string, store: SeriesStore, atMs: number): Value {
  return new Evaluation(store, { startMs: atMs, endMs: atMs }).at(parseQuery(query), atMs);
}

/** The answers at every step from start to end, as one series per label set in their order. Errors as in `evaluate`. */
export function evaluateRange(query: string, store: SeriesStore, range: StepRange): MatrixValue {
  checkSteps(range);
  const { startMs, endMs, stepMs } = range;
  const expression = parseQuery(query);
  const evaluation = new Evaluation(store, { startMs, endMs });
  const steps = new StepCollector();
  for (let timeMs = startMs; timeMs <= endMs; timeMs += stepMs) {
    steps.add(timeMs, asVector(evaluation.at(expression, timeMs)));
  }
  const series = steps.series().sort((a, b) => compareText(a.labels.key, b.labels.key));
  return { type: 'matrix', series, startMs, endMs };
}

/** Throws a `QueryError` of type `bad_data` when the steps lead nowhere or are too many. */
export function checkSteps({ startMs, endMs, stepMs }: StepRange): void {
  if (stepMs <= 0)
    throw refused('invalid parameter "step": zero or negative query resolution step widths are not accepted');
  if (endMs < startMs) throw refused('invalid parameter "end": end timestamp must not be before start time');
  if ((endMs - startMs) / stepMs > MAX_POINTS) {
    throw refused(`exceeded maximum resolution of ${MAX_POINTS} points per timeseries`);
  }
}

function refused(problem: string): QueryError {
  return new QueryError('bad_data', problem);
}

function asVector(value: Value): Value {
  if (value.type === 'scalar') return vector([{ labels: NO_LABELS, value: value.value }]);
  if (value.type === 'vector') return value;
  throw refused(`invalid expression type ${JSON.stringify(TYPE_NAMES[value.type])} for range query`);
}
