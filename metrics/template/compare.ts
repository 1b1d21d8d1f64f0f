import { isList, isMap, TemplateError, typeName, type Value } from './value.ts';

/** `eq`: only values of the same kind can be equal; others can't be compared at all. */
export function isEqual(a: Value, b: Value): boolean {
  for (const value of [a, b]) {
    if (isMap(value) || isList(value)) throw new TemplateError(`non-comparable type ${typeName(value)}`);
  }
  if (a === null || b === null) return a === b;
  requireSameKind(a, b);
  return a === b;
}

/** Negative, zero or positive, as `a` is less than, equal to or greater than `b`. Strings go by their bytes. */
export function compare(a: Value, b: Value): number {
  for (const value of [a, b]) {
    if (typeof value !== 'string' && typeof value !== 'bigint' && typeof value !== 'number') {
      throw new TemplateError('invalid type for comparison');
    }
  }
  requireSameKind(a, b);
  if (typeof a === 'string' && typeof b === 'string') return Buffer.compare(Buffer.from(a), Buffer.from(b));
  if (typeof a === 'bigint' && typeof b === 'bigint') return a < b ? -1 : a > b ? 1 : 0;
  return Number(a) - Number(b);
}

function requireSameKind(a: Value, b: Value): void {
  if (typeof a === typeof b) return;
  throw new TemplateError(`incompatible types for comparison: ${typeName(a)} and ${typeName(b)}`);
}
