import type { Point } from '../series.ts';
import type { Expression } from './syntax.ts';
import {
  asMatrix,
  asSamples,
  type MatrixValue,
  type Value,
  type ValueType,
  type VectorSample,
  vector,
} from './value.ts';

/** What a function may know besides the values of its arguments. */
export interface CallContext {
  /** Time of the evaluation. */
  readonly atMs: number;
  /** The arguments as they were written. */
  readonly written: readonly Expression[];
}

export interface FunctionSpec {
  readonly args: readonly ValueType[];
  /** How many of the last arguments may be left out. */
  readonly optional?: number;
  /** The last argument may be given any number of times. */
  readonly repeatsLast?: true;
  readonly returns: ValueType;
  /** Arguments have the right number and types. May throw a `QueryError`. */
  apply(args: readonly Value[], context: CallContext): Value;
}

/** A function of a range vector that makes one number of each series, or none. The result has no name. */
export function perRange(
  compute: (points: readonly Point[], window: MatrixValue) => number | undefined,
  options: { readonly keepsName?: boolean } = {},
): FunctionSpec {
  return {
    args: ['matrix'],
    returns: 'vector',
    apply([range]) {
      const window = asMatrix(range);
      return vector(
        window.series.flatMap(({ labels, points }) => {
          const value = points.length === 0 ? undefined : compute(points, window);
          return value === undefined ? [] : [{ labels: options.keepsName ? labels : labels.withoutName(), value }];
        }),
      );
    },
  };
}

/** A function of each number of a vector. The result has no name. */
export function perSample(compute: (value: number) => number): FunctionSpec {
  return { args: ['vector'], returns: 'vector', apply: ([samples]) => vector(mapValues(asSamples(samples), compute)) };
}

/** The samples with other values, without their names. */
export function mapValues(
  samples: readonly VectorSample[],
  compute: (value: number) => number,
): readonly VectorSample[] {
  return samples.map(({ labels, value }) => ({ labels: labels.withoutName(), value: compute(value) }));
}
