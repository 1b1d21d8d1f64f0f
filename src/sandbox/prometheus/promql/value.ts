import type { Labels } from '../labels.ts';
import type { Point } from '../series.ts';

export type ValueType = 'scalar' | 'string' | 'vector' | 'matrix';

export interface ScalarValue {
  readonly type: 'scalar';
  readonly value: number;
}

export interface StringValue {
  readonly type: 'string';
  readonly value: string;
}

/** One number of a series at the time of the evaluation. */
export interface VectorSample {
  readonly labels: Labels;
  readonly value: number;
  /** When it was measured; known only right behind a selector. */
  readonly measuredMs?: number;
}

export interface VectorValue {
  readonly type: 'vector';
  readonly samples: readonly VectorSample[];
}

export interface RangeSeries {
  readonly labels: Labels;
  readonly points: readonly Point[];
}

/** Points of series in the window (`startMs`, `endMs`]. */
export interface MatrixValue {
  readonly type: 'matrix';
  readonly series: readonly RangeSeries[];
  readonly startMs: number;
  readonly endMs: number;
}

/** The result of an expression. */
export type Value = ScalarValue | StringValue | VectorValue | MatrixValue;

/** Words for a type in messages. */
export const TYPE_NAMES: Readonly<Record<ValueType, string>> = {
  scalar: 'scalar',
  string: 'string',
  vector: 'instant vector',
  matrix: 'range vector',
};

export function scalar(value: number): ScalarValue {
  return { type: 'scalar', value };
}

export function vector(samples: readonly VectorSample[]): VectorValue {
  return { type: 'vector', samples };
}

/** The number of a scalar. Anything else is a defect: types were checked before. */
export function asScalar(value: Value | undefined): number {
  if (value?.type !== 'scalar') throw wrongType('scalar', value);
  return value.value;
}

/** The text of a string, like `asScalar`. */
export function asText(value: Value | undefined): string {
  if (value?.type !== 'string') throw wrongType('string', value);
  return value.value;
}

/** The samples of a vector, like `asScalar`. */
export function asSamples(value: Value | undefined): readonly VectorSample[] {
  if (value?.type !== 'vector') throw wrongType('vector', value);
  return value.samples;
}

/** A range vector, like `asScalar`. */
export function asMatrix(value: Value | undefined): MatrixValue {
  if (value?.type !== 'matrix') throw wrongType('matrix', value);
  return value;
}

function wrongType(expected: ValueType, value: Value | undefined): Error {
  return new TypeError(`expected ${TYPE_NAMES[expected]}, got ${value ? TYPE_NAMES[value.type] : 'nothing'}`);
}
