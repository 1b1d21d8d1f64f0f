import { formatShortest } from '../go-number.ts';

/** A value inside a template. Whole numbers are `bigint` and fractions `number`, because Go tells `int` from `float64`. */
export type Value = null | boolean | bigint | number | string | readonly Value[] | ReadonlyMap<string, Value>;

/** A template that can't be parsed or executed. The message is complete but for what the caller puts in front. */
export class TemplateError extends Error {
  override readonly name = 'TemplateError';
}

export function isMap(value: Value): value is ReadonlyMap<string, Value> {
  return value instanceof Map;
}

export function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

/** What `if`, `with`, `and`, `or` and `not` take for true: anything but nil, false, zero and what is empty. */
export function isTrue(value: Value): boolean {
  if (isMap(value)) return value.size > 0;
  if (isList(value)) return value.length > 0;
  return Boolean(value) && value !== 0n;
}

/** Go's name of the type, for error texts and `%T`. */
export function typeName(value: Value): string {
  if (value === null) return '<nil>';
  if (isMap(value)) return 'map[string]string';
  if (isList(value)) return '[]interface {}';
  switch (typeof value) {
    case 'bigint':
      return 'int';
    case 'number':
      return 'float64';
    case 'boolean':
      return 'bool';
    default:
      return 'string';
  }
}

/** Entries of a map in the order in which Go prints and walks them. */
export function sortedEntries(map: ReadonlyMap<string, Value>): readonly (readonly [string, Value])[] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

/** `%v`: how a value prints itself. `leaf` prints what isn't a list or map. */
export function show(value: Value, leaf: (value: Value) => string = showLeaf): string {
  if (isMap(value))
    return `map[${sortedEntries(value)
      .map(([key, item]) => `${leaf(key)}:${show(item, leaf)}`)
      .join(' ')}]`;
  if (isList(value)) return `[${value.map((item) => show(item, leaf)).join(' ')}]`;
  return leaf(value);
}

function showLeaf(value: Value): string {
  if (value === null) return '<nil>';
  return typeof value === 'number' ? formatShortest(value) : String(value);
}

/** `fmt.Sprint`: a space stands between two operands when neither is a string. */
export function sprint(values: readonly Value[]): string {
  let text = '';
  values.forEach((value, index) => {
    const former = values[index - 1];
    if (index > 0 && typeof value !== 'string' && typeof former !== 'string') text += ' ';
    text += show(value);
  });
  return text;
}
