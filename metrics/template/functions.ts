import { escapeQuery } from '../go-query.ts';
import { compare, isEqual } from './compare.ts';
import { sprintf } from './printf.ts';
import { isList, isMap, isTrue, show, sprint, TemplateError, typeName, type Value } from './value.ts';

/** Something that templates can call. `max` absent: any number of arguments. */
export interface TemplateFunction {
  readonly min: number;
  readonly max?: number;
  /** The first argument must be a string. */
  readonly format?: true;
  /** Arguments are evaluated one by one until `stops` says that the rest doesn't matter; the last one is the result. */
  readonly stops?: (value: Value) => boolean;
  /** Throws a `TemplateError` with the bare reason when an argument doesn't fit. */
  call(values: readonly Value[]): Value;
}

const pair = (test: (a: Value, b: Value) => boolean): TemplateFunction => ({
  min: 2,
  max: 2,
  call: ([a = null, b = null]) => test(a, b),
});

/** The functions that Go gives every template. */
export const builtins: ReadonlyMap<string, TemplateFunction> = new Map<string, TemplateFunction>([
  ['and', { min: 1, stops: (value) => !isTrue(value), call: (values) => values.at(-1) ?? null }],
  ['or', { min: 1, stops: isTrue, call: (values) => values.at(-1) ?? null }],
  ['not', { min: 1, max: 1, call: ([value = null]) => !isTrue(value) }],
  ['eq', { min: 1, call: equalsAny }],
  ['ne', pair((a, b) => !isEqual(a, b))],
  ['lt', pair((a, b) => compare(a, b) < 0)],
  ['le', pair((a, b) => compare(a, b) <= 0)],
  ['gt', pair((a, b) => compare(a, b) > 0)],
  ['ge', pair((a, b) => compare(a, b) >= 0)],
  ['len', { min: 1, max: 1, call: ([value = null]) => lengthOf(value) }],
  ['index', { min: 1, call: ([value = null, ...keys]) => keys.reduce(indexOne, value) }],
  ['slice', { min: 1, call: ([value = null, ...bounds]) => slice(value, bounds) }],
  ['print', { min: 0, call: sprint }],
  ['println', { min: 0, call: (values) => `${values.map((value) => show(value)).join(' ')}\n` }],
  ['printf', { min: 1, format: true, call: ([format, ...values]) => sprintf(String(format), values) }],
  ['html', { min: 0, call: (values) => escapeHtml(sprint(values)) }],
  ['js', { min: 0, call: (values) => escapeScript(sprint(values)) }],
  ['urlquery', { min: 0, call: (values) => escapeQuery(sprint(values)) }],
  ['call', { min: 1, call: ([value = null]) => fail(`non-function of type ${typeName(value)}`) }],
]);

function fail(reason: string): never {
  throw new TemplateError(reason);
}

function equalsAny([first = null, ...others]: readonly Value[]): boolean {
  if (others.length === 0) fail('missing argument for comparison');
  return others.some((other) => isEqual(first, other));
}

function lengthOf(value: Value): bigint {
  if (typeof value === 'string') return BigInt(Buffer.byteLength(value));
  if (isMap(value)) return BigInt(value.size);
  if (isList(value)) return BigInt(value.length);
  return value === null ? fail('len of untyped nil') : fail(`len of type ${typeName(value)}`);
}

/** A key that a map doesn't have gives the empty string; an index beyond a list is an error. */
function indexOne(value: Value, key: Value): Value {
  if (isMap(value)) {
    if (typeof key !== 'string') return fail(`value has type ${typeName(key)}; should be string`);
    return value.get(key) ?? '';
  }
  if (typeof value === 'string') {
    const bytes = Buffer.from(value);
    return BigInt(bytes.readUInt8(position(key, bytes.length - 1)));
  }
  if (isList(value)) return value[position(key, value.length - 1)] ?? null;
  return value === null ? fail('index of untyped nil') : fail(`can't index item of type ${typeName(value)}`);
}

function position(key: Value, last: number): number {
  if (typeof key !== 'bigint') return fail(`cannot index slice/array with type ${typeName(key)}`);
  return key < 0n || key > BigInt(last) ? fail(`index out of range: ${key}`) : Number(key);
}

function slice(value: Value, bounds: readonly Value[]): Value {
  if (bounds.length > 3) fail(`too many slice indexes: ${bounds.length}`);
  if (typeof value !== 'string' && !isList(value)) fail(`can't slice item of type ${typeName(value)}`);
  const whole = typeof value === 'string' ? Buffer.from(value) : value;
  if (typeof value === 'string' && bounds.length === 3) fail('cannot 3-index slice a string');
  const [from = 0, to = whole.length] = bounds.map((bound) => position(bound, whole.length));
  if (from > to) fail(`invalid slice index: ${from} > ${to}`);
  const part = whole.slice(from, to);
  return Buffer.isBuffer(part) ? part.toString('utf8') : part;
}

const HTML: Readonly<Record<string, string>> = {
  '"': '&#34;',
  "'": '&#39;',
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '\0': '\uFFFD',
};

function escapeHtml(text: string): string {
  return text.replace(/["'&<>]|\0/g, (character) => HTML[character] ?? character);
}

function escapeScript(text: string): string {
  return text.replace(/[\\'"]|[<>&=]|[^\p{L}\p{M}\p{N}\p{P}\p{S} ]/gu, (character) => {
    if (/[\\'"]/.test(character)) return `\\${character}`;
    const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
    return `\\u${code}`;
  });
}
