import { formatExponent, formatFixed, formatShortest } from '../go-number.ts';
import { isList, isMap, show, typeName, type Value } from './value.ts';

/** Widths and precisions beyond this are refused, as Go does. */
const MAX_WIDTH = 1_000_000;

interface Directive {
  readonly verb: string;
  readonly flags: ReadonlySet<string>;
  readonly width: number | undefined;
  readonly precision: number | undefined;
}

/**
 * Go's `Sprintf` with the verbs that make sense for booleans, numbers, strings, lists and maps. Misuse shows in the text
 * (`%!d(string=x)`), as in Go, and is never an error.
 */
export function sprintf(format: string, values: readonly Value[]): string {
  const directive = /%([-+# 0]*)(\*|\d+)?(\.(\*|\d+)?)?(?:\[(\d+)\])?(.)?/gsu;
  let used = 0;
  let reordered = false;
  const take = (): Value | undefined => values[used++];
  const text = format.replace(
    directive,
    (_, flags: string, width?: string, dot?: string, precision?: string, index?: string, verb?: string) => {
      if (verb === undefined) return '%!(NOVERB)';
      const widthValue = size(width, take);
      const precisionValue = dot === undefined ? undefined : (size(precision, take) ?? 0);
      if (index !== undefined) {
        used = Number(index) - 1;
        reordered = true;
      }
      if (verb === '%') return '%';
      if (used >= values.length || used < 0) return `%!${verb}(${index === undefined ? 'MISSING' : 'BADINDEX'})`;
      const value = take() ?? null;
      const leftByWidth = widthValue !== undefined && widthValue < 0;
      return formatOne(value, {
        verb,
        flags: new Set(leftByWidth ? [...flags, '-'] : flags),
        width: widthValue === undefined ? undefined : Math.abs(widthValue),
        precision: precisionValue,
      });
    },
  );
  if (reordered || used >= values.length) return text;
  const extra = values.slice(used).map((value) => (value === null ? '<nil>' : `${typeName(value)}=${show(value)}`));
  return `${text}%!(EXTRA ${extra.join(', ')})`;
}

function size(text: string | undefined, take: () => Value | undefined): number | undefined {
  if (text === undefined) return undefined;
  const value = text === '*' ? Number(take() ?? 0) : Number(text);
  return Number.isInteger(value) && Math.abs(value) <= MAX_WIDTH ? value : undefined;
}

function formatOne(value: Value, directive: Directive): string {
  if (directive.verb === 'T') return pad(typeName(value), directive);
  if (isMap(value) || isList(value)) return show(value, (leaf) => formatOne(leaf, directive));
  const text = formatLeaf(value, directive);
  if (text === undefined) return misused(value, directive.verb);
  return pad(text, directive);
}

function misused(value: Value, verb: string): string {
  return value === null ? `%!${verb}(<nil>)` : `%!${verb}(${typeName(value)}=${show(value)})`;
}

/** `undefined` when the verb isn't for that type. */
function formatLeaf(value: Value, directive: Directive): string | undefined {
  if (value === null) return directive.verb === 'v' ? '<nil>' : undefined;
  switch (typeof value) {
    case 'boolean':
      return directive.verb === 'v' || directive.verb === 't' ? String(value) : undefined;
    case 'bigint':
      return formatInteger(value, directive);
    case 'number':
      return formatFloat(value, directive);
    case 'string':
      return formatText(value, directive);
    default:
      return undefined;
  }
}

const bases: Readonly<Record<string, { radix: number; prefix: string }>> = {
  v: { radix: 10, prefix: '' },
  d: { radix: 10, prefix: '' },
  b: { radix: 2, prefix: '0b' },
  o: { radix: 8, prefix: '0' },
  x: { radix: 16, prefix: '0x' },
  X: { radix: 16, prefix: '0X' },
};

function formatInteger(value: bigint, { verb, flags, precision }: Directive): string | undefined {
  const base = bases[verb];
  if (base) {
    const digits = (value < 0n ? -value : value).toString(base.radix).padStart(precision ?? 0, '0');
    const shown = (flags.has('#') ? base.prefix : '') + (verb === 'X' ? digits.toUpperCase() : digits);
    return signOf(value < 0n, flags) + shown;
  }
  const point = value >= 0n && value <= 0x10ffffn ? Number(value) : 0xfffd;
  if (verb === 'c') return String.fromCodePoint(point);
  if (verb === 'q') return `'${String.fromCodePoint(point)}'`;
  return verb === 'U' ? `U+${value.toString(16).toUpperCase().padStart(4, '0')}` : undefined;
}

function formatFloat(value: number, { verb, flags, precision }: Directive): string | undefined {
  const text = floatText(value, verb, precision);
  if (text === undefined) return undefined;
  const bare = text.replace(/^[+-]/, '');
  if (value === Number.POSITIVE_INFINITY) return `+${bare}`;
  return signOf(text.startsWith('-'), flags) + bare;
}

function floatText(value: number, verb: string, precision: number | undefined): string | undefined {
  // toFixed and toExponential know no more
  const digits = Math.min(precision ?? 6, 100);
  switch (verb) {
    case 'f':
    case 'F':
      return formatFixed(value, digits);
    case 'e':
    case 'E':
      return formatExponent(value, digits, verb === 'E');
    case 'v':
    case 'g':
    case 'G':
      return formatShortest(value, precision === undefined ? undefined : digits, verb === 'G');
    default:
      return undefined;
  }
}

function formatText(value: string, { verb, flags, precision }: Directive): string | undefined {
  const cut = precision === undefined ? value : [...value].slice(0, precision).join('');
  switch (verb) {
    case 'v':
      return flags.has('#') ? quote(cut) : cut;
    case 's':
      return cut;
    case 'q':
      return quote(cut);
    case 'x':
      return Buffer.from(cut).toString('hex');
    case 'X':
      return Buffer.from(cut).toString('hex').toUpperCase();
    default:
      return undefined;
  }
}

const CONTROL_NAMES: Readonly<Record<number, string>> = { 7: '\\a', 11: '\\v' };

/** A Go string literal: like JSON's, but for control characters. */
function quote(text: string): string {
  return JSON.stringify(text).replace(/\\\\|\\u00[01][\da-f]|\x7f/g, (found) => {
    if (found === '\\\\') return found;
    const code = found === '\x7f' ? 0x7f : Number.parseInt(found.slice(2), 16);
    return CONTROL_NAMES[code] ?? `\\x${code.toString(16).padStart(2, '0')}`;
  });
}

function signOf(negative: boolean, flags: ReadonlySet<string>): string {
  if (negative) return '-';
  return flags.has('+') ? '+' : flags.has(' ') ? ' ' : '';
}

function pad(text: string, { verb, flags, width = 0 }: Directive): string {
  const missing = width - [...text].length;
  if (missing <= 0) return text;
  if (flags.has('-')) return text + ' '.repeat(missing);
  if (!flags.has('0') || /Inf|NaN/.test(text) || verb === 'q') return ' '.repeat(missing) + text;
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  return sign + '0'.repeat(missing) + rest;
}
