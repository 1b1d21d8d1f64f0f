import type { Refuse } from './refusals.ts';

export interface Range {
  readonly min?: number;
  readonly max?: number;
}

/**
 * Reads a whole number: CRDs of the reference say `number` where a count is meant. Returns `value` as it is, or
 * `fallback` when it is absent; a fraction or a number outside the range is refused.
 */
export function integerIn<T>(
  refuse: Refuse,
  field: string,
  value: number | undefined,
  fallback: T,
  { min = Number.NEGATIVE_INFINITY, max = Number.POSITIVE_INFINITY }: Range = {},
): number | T {
  if (value === undefined) return fallback;
  if (!Number.isInteger(value)) refuse('NotAnInteger', field, `is ${value}`);
  else if (value < min) refuse('FieldOutOfRange', field, `is ${value}`, `choose ${min} or more`);
  else if (value > max) refuse('FieldOutOfRange', field, `is ${value}`, `choose ${max} or less`);
  return value;
}

/** Any range of percent. */
export const percent: Range = { min: 0, max: 100 };
/** Any count. */
export const count: Range = { min: 0 };
