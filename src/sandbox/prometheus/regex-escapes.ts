/** A piece of a JavaScript pattern, and how much of the RE2 pattern it stands for. */
export interface Piece {
  readonly text: string;
  readonly length: number;
}

const SPACES = '\\t\\n\\f\\r ';

const POSIX: Readonly<Record<string, string>> = {
  alnum: '0-9A-Za-z',
  alpha: 'A-Za-z',
  ascii: '\\x00-\\x7f',
  blank: '\\t ',
  cntrl: '\\x00-\\x1f\\x7f',
  digit: '0-9',
  graph: '!-~',
  lower: 'a-z',
  print: ' -~',
  punct: '!-\\/:-@\\[-`\\{-~',
  space: '\\t\\n\\v\\f\\r ',
  upper: 'A-Z',
  word: '0-9A-Za-z_',
  xdigit: '0-9A-Fa-f',
};

/** Reads the escape that begins at `at`. Throws a `SyntaxError` for one that RE2 doesn't know. */
export function readEscape(pattern: string, at: number, inClass: boolean): Piece {
  const rest = pattern.slice(at);
  const char = rest[1];
  if (char === undefined) throw new SyntaxError('trailing backslash');
  if (/[dDwWnrtfv]/.test(char)) return { text: `\\${char}`, length: 2 };
  if (char === 'a') return { text: '\\x07', length: 2 };
  if (char === 's') return { text: inClass ? SPACES : `[${SPACES}]`, length: 2 };
  if (char === 'S' && !inClass) return { text: `[^${SPACES}]`, length: 2 };
  if (char === 'p' || char === 'P') return property(rest);
  return (inClass ? undefined : assertion(rest, char)) ?? codePoint(rest) ?? punctuation(char);
}

/** Reads the character class that begins at `at`. */
export function readClass(pattern: string, at: number): Piece {
  let from = at + 1;
  let text = '[';
  if (pattern[from] === '^') {
    text += '^';
    from++;
  }
  const first = from;
  while (from === first || pattern[from] !== ']') {
    if (from >= pattern.length) throw new SyntaxError('missing closing ]');
    const piece = classPiece(pattern, from);
    text += piece.text;
    from += piece.length;
  }
  return { text: `${text}]`, length: from + 1 - at };
}

function classPiece(pattern: string, at: number): Piece {
  const char = pattern[at] ?? '';
  if (char === '\\') return readEscape(pattern, at, true);
  const posix = /^\[:([a-z]+):\]/.exec(pattern.slice(at));
  if (posix) {
    const text = POSIX[posix[1] ?? ''];
    if (text === undefined) throw new SyntaxError(`invalid character class ${posix[0]}`);
    return { text, length: posix[0].length };
  }
  return { text: char === '[' || char === ']' ? `\\${char}` : char, length: 1 };
}

function assertion(rest: string, char: string): Piece | undefined {
  if (char === 'b' || char === 'B') return { text: `\\${char}`, length: 2 };
  if (char === 'A') return { text: '(?<![^])', length: 2 };
  if (char === 'z') return { text: '(?![^])', length: 2 };
  if (char !== 'Q') return undefined;
  const end = rest.indexOf('\\E');
  const literal = rest.slice(2, end < 0 ? undefined : end);
  return {
    text: literal.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'),
    length: literal.length + (end < 0 ? 2 : 4),
  };
}

function property(rest: string): Piece {
  const found = /^\\([pP])(?:([A-Z])|\{(\^?)(\w+)\})/.exec(rest);
  if (!found) throw new SyntaxError('invalid character class range');
  const name = found[2] ?? found[4] ?? '';
  const negated = (found[1] === 'P') !== (found[3] === '^');
  const kind = name.length <= 2 ? name : `Script=${name}`;
  return { text: `\\${negated ? 'P' : 'p'}{${kind}}`, length: found[0].length };
}

function codePoint(rest: string): Piece | undefined {
  const hexadecimal = /^\\x(?:([\da-fA-F]{2})|\{([\da-fA-F]+)\})/.exec(rest);
  if (hexadecimal) return { text: `\\u{${hexadecimal[1] ?? hexadecimal[2]}}`, length: hexadecimal[0].length };
  const octal = /^\\(0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest);
  if (!octal) return undefined;
  return { text: `\\u{${Number.parseInt(octal[1] ?? '', 8).toString(16)}}`, length: octal[0].length };
}

function punctuation(char: string): Piece {
  if (/[\w\u0080-\uffff]/.test(char) && char !== '_') throw new SyntaxError(`invalid escape sequence \\${char}`);
  return { text: /[\^$\\.*+?()[\]{}|/-]/.test(char) ? escaped(char) : char, length: 2 };
}

/** Outside of a class JavaScript refuses an escaped hyphen; as a code point it is accepted everywhere. */
function escaped(char: string): string {
  return char === '-' ? '\\x2d' : `\\${char}`;
}
