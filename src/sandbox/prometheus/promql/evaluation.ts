import type { Labels } from '../labels.ts';
import type { Point } from '../series.ts';
import type { SeriesStore } from '../store.ts';
import { aggregate } from './aggregate.ts';
import { mapValues } from './function-spec.ts';
import { FUNCTIONS } from './functions.ts';
import { combine } from './operators.ts';
import { executionError } from './query-error.ts';
import type { Binary, Call, Expression, MatrixSelector, Subquery, TimeShift, VectorSelector } from './syntax.ts';
import {
  asSamples,
  type MatrixValue,
  scalar,
  type Value,
  type VectorSample,
  type VectorValue,
  vector,
} from './value.ts';
import { withNumber, withVector } from './vector-operators.ts';

/** How far back a selector looks for the last sample of a series. */
export const LOOKBACK_MS = 5 * 60_000;
/** Resolution of a subquery that doesn't say one. */
const DEFAULT_STEP_MS = 60_000;
/** Evaluations that all subqueries of a query may take together. */
const MAX_SUBQUERY_STEPS = 50_000;

/** Times between which a query is evaluated: equal for an instant query. `@ start()` and `@ end()` mean these. */
export interface EvaluationBounds {
  readonly startMs: number;
  readonly endMs: number;
}

/** Evaluates expressions over the series of a store. Throws a `QueryError` of type `execution`. */
export class Evaluation {
  readonly #store: SeriesStore;
  readonly #bounds: EvaluationBounds;
  #subquerySteps = 0;

  constructor(store: SeriesStore, bounds: EvaluationBounds) {
    this.#store = store;
    this.#bounds = bounds;
  }

  at(expression: Expression, atMs: number): Value {
    switch (expression.kind) {
      case 'number':
        return scalar(expression.value);
      case 'string':
        return { type: 'string', value: expression.value };
      case 'paren':
        return this.at(expression.inner, atMs);
      case 'vector':
        return this.#instant(expression, atMs);
      case 'matrix':
        return this.#range(expression, atMs);
      case 'subquery':
        return this.#subquery(expression, atMs);
      case 'unary':
        return expression.operator === '+' ? this.at(expression.inner, atMs) : negated(this.at(expression.inner, atMs));
      case 'binary':
        return this.#binary(expression, atMs);
      case 'aggregation': {
        const { operator, grouping, parameter, inner } = expression;
        const samples = asSamples(this.at(inner, atMs));
        return vector(aggregate(operator, grouping, samples, parameter && this.at(parameter, atMs)));
      }
      case 'call':
        return this.#call(expression, atMs);
    }
  }

  #instant({ matchers, shift }: VectorSelector, atMs: number): VectorValue {
    const toMs = this.#shifted(shift, atMs);
    const found = this.#store.select(matchers, toMs - LOOKBACK_MS, toMs);
    return vector(
      found.flatMap((series) => {
        const point = series.last();
        return point ? [{ labels: series.labels, value: point.value, measuredMs: point.timeMs }] : [];
      }),
    );
  }

  #range({ matchers, rangeMs, shift }: MatrixSelector, atMs: number): MatrixValue {
    const endMs = this.#shifted(shift, atMs);
    const startMs = endMs - rangeMs;
    const series = this.#store
      .select(matchers, startMs, endMs)
      .map((found) => ({ labels: found.labels, points: found.points() }))
      .filter(({ points }) => points.length > 0);
    return { type: 'matrix', series, startMs, endMs };
  }

  #subquery({ inner, rangeMs, stepMs = DEFAULT_STEP_MS, shift }: Subquery, atMs: number): MatrixValue {
    const endMs = this.#shifted(shift, atMs);
    const startMs = endMs - rangeMs;
    this.#subquerySteps += rangeMs / stepMs;
    if (this.#subquerySteps > MAX_SUBQUERY_STEPS) throw executionError('the subqueries have too many steps');
    const steps = new StepCollector();
    // steps lie on multiples of the resolution, whenever the query comes
    for (let timeMs = (Math.floor(startMs / stepMs) + 1) * stepMs; timeMs <= endMs; timeMs += stepMs) {
      steps.add(timeMs, this.at(inner, timeMs));
    }
    return { type: 'matrix', series: steps.series(), startMs, endMs };
  }

  #binary(binary: Binary, atMs: number): Value {
    const left = this.at(binary.left, atMs);
    const right = this.at(binary.right, atMs);
    const { operator } = binary;
    if (left.type === 'scalar' && right.type === 'scalar') {
      const combined = combine(operator, left.value, right.value);
      return scalar('value' in combined ? combined.value : Number(combined.holds));
    }
    if (right.type === 'scalar') {
      return unique(withNumber(binary, asSamples(left), (value) => combine(operator, value, right.value)));
    }
    if (left.type === 'scalar') {
      return unique(withNumber(binary, asSamples(right), (value) => combine(operator, left.value, value)));
    }
    return unique(withVector(binary, asSamples(left), asSamples(right)));
  }

  #call({ name, args: written }: Call, atMs: number): Value {
    const spec = FUNCTIONS.get(name);
    if (!spec) throw executionError(`the function ${name} is not supported`);
    const args = written.map((argument) => this.at(argument, atMs));
    const result = spec.apply(args, { atMs, written });
    return result.type === 'vector' ? unique(result.samples) : result;
  }

  #shifted({ at, backMs = 0 }: TimeShift, atMs: number): number {
    const { startMs, endMs } = this.#bounds;
    const base = at === 'start' ? startMs : at === 'end' ? endMs : (at ?? atMs);
    return base - backMs;
  }
}

/** Puts the results of steps together to one series per label set. */
export class StepCollector {
  readonly #series = new Map<string, { readonly labels: Labels; readonly points: Point[] }>();

  /** Steps must come in order of time. Takes vectors. */
  add(timeMs: number, value: Value): void {
    for (const sample of asSamples(value)) {
      const series = this.#series.get(sample.labels.key) ?? { labels: sample.labels, points: [] };
      this.#series.set(sample.labels.key, series);
      series.points.push({ timeMs, value: sample.value });
    }
  }

  series() {
    return [...this.#series.values()];
  }
}

function negated(value: Value): Value {
  if (value.type === 'scalar') return scalar(-value.value);
  return unique(mapValues(asSamples(value), (each) => -each));
}

/** Without their names two series may turn out to be the same. */
function unique(samples: readonly VectorSample[]): VectorValue {
  if (new Set(samples.map(({ labels }) => labels.key)).size < samples.length) {
    throw executionError('vector cannot contain metrics with the same labelset');
  }
  return vector(samples);
}
