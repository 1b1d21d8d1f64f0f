const UNIT_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
  y: 31_536_000_000,
};

/** Milliseconds of `1h30m` or of a plain number of seconds; `undefined` when the text is neither. */
export function readDurationMs(text: string): number | undefined {
  const seconds = readNumber(text);
  return seconds === undefined || !Number.isFinite(seconds) ? undefined : Math.round(seconds * 1000);
}

/** An unsigned number as PromQL writes it: decimal, hexadecimal, `Inf`, `NaN`, or a duration in seconds. */
export function readNumber(text: string): number | undefined {
  const plain = text.replaceAll('_', '').toLowerCase();
  if (plain === 'inf') return Number.POSITIVE_INFINITY;
  if (plain === 'nan') return Number.NaN;
  if (/^(\d+(ms|[ywdhms]))+$/.test(plain)) return unitsToMs(plain) / 1000;
  return /^(0x[\da-f]+|(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?)$/.test(plain) ? Number(plain) : undefined;
}

function unitsToMs(text: string): number {
  const parts = text.matchAll(/(\d+)(ms|[ywdhms])/g);
  return parts.reduce((total, [, amount, unit = '']) => total + Number(amount) * (UNIT_MS[unit] ?? 0), 0);
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
};

/** The text of a string literal with its quotes; `undefined` when it has no end or an escape is unknown. */
export function readString(literal: string): string | undefined {
  const quote = literal[0] ?? '';
  if (quote === '`') return literal.length > 1 && literal.endsWith('`') ? literal.slice(1, -1) : undefined;
  let text = '';
  let at = 1;
  while (at < literal.length) {
    const char = literal[at] ?? '';
    if (char === quote) return at === literal.length - 1 ? text : undefined;
    if (char === '\n') return undefined;
    const piece = char === '\\' ? readEscape(literal.slice(at, at + 10)) : { text: char, length: 1 };
    if (!piece) return undefined;
    text += piece.text;
    at += piece.length;
  }
  return undefined;
}

function readEscape(rest: string): { text: string; length: number } | undefined {
  const simple = ESCAPES[rest[1] ?? ''];
  if (simple !== undefined) return { text: simple, length: 2 };
  const hexadecimal = /^\\(?:x([\da-fA-F]{2})|u([\da-fA-F]{4})|U([\da-fA-F]{8}))/.exec(rest);
  const octal = /^\\([0-7]{3})/.exec(rest);
  const digits = hexadecimal?.[1] ?? hexadecimal?.[2] ?? hexadecimal?.[3];
  const code = digits === undefined ? Number.parseInt(octal?.[1] ?? '', 8) : Number.parseInt(digits, 16);
  if (Number.isNaN(code) || code > 0x10ffff) return undefined;
  return { text: String.fromCodePoint(code), length: (hexadecimal ?? octal)?.[0].length ?? 0 };
}
