/**
 * Numbers as the reference writes and reads them. Event texts and rendered queries must come out the same, so Go's rules
 * are followed to the last digit.
 */

/** `%.<digits>f`: exact ties go to the even digit, unlike `Number.prototype.toFixed`. */
export function formatFixed(value: number, digits: number): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  return sign + fixedMagnitude(Math.abs(value), digits);
}

/** Digits that show whether a double lies exactly between two roundings: its own precision is coarser. */
const TIE_DIGITS = 25;

function fixedMagnitude(value: number, digits: number): string {
  if (value >= 1e21) return BigInt(value) + (digits > 0 ? `.${'0'.repeat(digits)}` : '');
  const rounded = value.toFixed(digits);
  if (digits + TIE_DIGITS > 100) return rounded;
  const exact = value.toFixed(digits + TIE_DIGITS);
  const tail = exact.slice(-TIE_DIGITS);
  if (!/^50*$/.test(tail)) return rounded;
  const kept = exact.slice(0, -TIE_DIGITS).replace(/\.$/, '');
  return '02468'.includes(kept.at(-1) ?? '') ? kept : rounded;
}

/** Where `%v` and `%g` begin to write an exponent when no precision is asked for. */
const SHORTEST_LIMIT = 6;

/** `%v` and `%g`: the shortest text, with an exponent below 1e-4 and from 1e6 on (`1e+06`); `digits` = precision. */
export function formatShortest(value: number, digits?: number, upper = false): string {
  if (Number.isNaN(value)) return 'NaN';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  if (value === 0) return Object.is(value, -0) ? '-0' : '0';
  const rounded = value.toExponential(digits === undefined ? undefined : Math.max(digits, 1) - 1);
  const text = rounded.replace(/\.?0+e/, 'e');
  const exponent = Number(text.slice(text.indexOf('e') + 1));
  if (exponent < -4 || exponent >= exponentLimit(text, exponent, digits)) return goExponent(text, upper);
  return plain(text, exponent);
}

function exponentLimit(text: string, exponent: number, digits: number | undefined): number {
  if (digits === undefined) return SHORTEST_LIMIT;
  const significant = text.slice(0, text.indexOf('e')).replace(/\D/g, '').length;
  return digits > significant && significant > exponent ? significant : Math.max(digits, 1);
}

/** `%.<digits>e`; without `digits` as many as are needed. */
export function formatExponent(value: number, digits: number | undefined, upper = false): string {
  if (!Number.isFinite(value)) return formatShortest(value);
  return goExponent(value.toExponential(digits), upper);
}

/** JavaScript writes `1e+6`, Go at least two digits of exponent. */
function goExponent(text: string, upper: boolean): string {
  return text.replace(/e([+-])(\d+)$/, (_, sign: string, digits: string) => {
    return `${upper ? 'E' : 'e'}${sign}${digits.padStart(2, '0')}`;
  });
}

function plain(text: string, exponent: number): string {
  const sign = text.startsWith('-') ? '-' : '';
  const digits = text.slice(0, text.indexOf('e')).replace(/\D/g, '');
  if (exponent < 0) return `${sign}0.${'0'.repeat(-exponent - 1)}${digits}`;
  const whole = digits.slice(0, exponent + 1).padEnd(exponent + 1, '0');
  const fraction = digits.slice(exponent + 1);
  return sign + whole + (fraction === '' ? '' : `.${fraction}`);
}

/**
 * Reads a number by the rules of Go's `ParseFloat`: signs, exponents, hexadecimal, `Inf` and `NaN` in any case.
 * `undefined` for anything else, such as an empty string or trailing text, and when the number is out of range.
 */
export function parseNumber(text: string): number | undefined {
  const special = /^([+-]?)(inf|infinity|nan)$/i.exec(text);
  if (special) {
    if (special[2]?.toLowerCase() === 'nan') return special[1] === '' ? Number.NaN : undefined;
    return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  }
  const value = /^[+-]?0x/i.test(text) ? parseHexadecimal(text) : parseDecimal(text);
  return Number.isFinite(value) ? value : undefined;
}

function parseDecimal(text: string): number {
  return /^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text) ? Number(text) : Number.NaN;
}

function parseHexadecimal(text: string): number {
  const parts = /^([+-]?)0x([\da-f]*)\.?([\da-f]*)p([+-]?\d+)$/i.exec(text);
  if (!parts) return Number.NaN;
  const [, sign = '', whole = '', fraction = '', exponent = ''] = parts;
  if (whole === '' && fraction === '') return Number.NaN;
  const mantissa = Number.parseInt(whole + fraction, 16);
  return (sign === '-' ? -1 : 1) * mantissa * 2 ** (Number(exponent) - 4 * fraction.length);
}

/** A Go duration of whole milliseconds: `0s`, `500ms`, `1.515s`, `1m0s`, `1h0m0s`. */
export function formatMilliseconds(milliseconds: number): string {
  const sign = milliseconds < 0 ? '-' : '';
  const total = Math.abs(milliseconds);
  if (total === 0) return '0s';
  if (total < 1000) return `${sign}${total}ms`;
  const hours = Math.floor(total / 3_600_000);
  const minutes = Math.floor(total / 60_000) % 60;
  const seconds = `${(total % 60_000) / 1000}s`;
  if (hours > 0) return `${sign}${hours}h${minutes}m${seconds}`;
  return minutes > 0 ? `${sign}${minutes}m${seconds}` : sign + seconds;
}
