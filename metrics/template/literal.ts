import { parseNumber } from '../go-number.ts';

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  '"': '"',
  "'": "'",
};

const ESCAPE = /\\(?:([0-7]{3})|x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8})|(.))/gs;

/** The text between the quotes of a Go string, escapes resolved; `undefined` when an escape is unknown. */
export function unquote(quoted: string): string | undefined {
  const quote = quoted.charAt(0);
  let valid = true;
  const text = quoted
    .slice(1, -1)
    .replace(ESCAPE, (_, octal?: string, hex?: string, u?: string, big?: string, char?: string) => {
      const code = octal === undefined ? (hex ?? u ?? big) : undefined;
      const point = octal === undefined ? Number.parseInt(code ?? '', 16) : Number.parseInt(octal, 8);
      if (Number.isNaN(point)) {
        const known = ESCAPES[char ?? ''];
        const otherQuote = (char === '"' || char === "'") && char !== quote;
        if (known === undefined || otherQuote) valid = false;
        return known ?? '';
      }
      if (point > 0x10ffff) valid = false;
      return valid ? String.fromCodePoint(point) : '';
    });
  return valid ? text : undefined;
}

/** A whole number becomes a `bigint`, a fraction or a number with an exponent a `number`; `undefined` if malformed. */
export function readNumber(text: string): bigint | number | undefined {
  if (!/^[^_]+(_[^_]+)*$/.test(text)) return undefined;
  const plain = text.replaceAll('_', '');
  const [, sign = '', digits = ''] = /^([+-]?)(.*)$/.exec(plain) ?? [];
  const octal = /^0[0-7]+$/.test(digits);
  if (octal || /^(0x[\da-f]+|0o[0-7]+|0b[01]+|0|[1-9]\d*)$/i.test(digits)) {
    const value = BigInt(octal ? `0o${digits.slice(1)}` : digits);
    return sign === '-' ? -value : value;
  }
  // a whole number that begins with 0 is octal, and 8 and 9 don't belong there
  return /^0\d+$/.test(digits) ? undefined : parseNumber(plain);
}
