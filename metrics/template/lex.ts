/** A piece of a template. `at` = position in the source, `spaced` = white space stands before it. */
export interface Token {
  readonly kind:
    | 'text'
    | 'open'
    | 'close'
    | 'word'
    | 'field'
    | 'variable'
    | 'dot'
    | 'number'
    | 'string'
    | 'raw'
    | 'character'
    | 'sign'
    | 'error'
    | 'end';
  readonly text: string;
  readonly at: number;
  readonly spaced: boolean;
}

const WORD = /[\p{L}\p{Nd}_]+/uy;
const NUMBER = /[+-]?(?:0[xX][\p{L}\p{Nd}_.+-]*|[\p{Nd}.][\p{L}\p{Nd}_.]*(?:(?<=[eE])[+-][\p{Nd}_]+)?)/uy;
const QUOTED = /"(?:[^"\\\n]|\\[^\n])*"/y;
const CHARACTER = /'(?:[^'\\\n]|\\[^\n])*'/y;
const RAW = /`[^`]*`/y;
const SPACE = /[ \t\r\n]*/y;
/** Deeper nesting could only be meant to exhaust the parser. */
const MAX_PARENTHESES = 100;
/** What may follow a word, field or variable. */
const TERMINATOR = /[ \t\r\n.,|:=()]|$/y;

/** Cuts a template into tokens, one by one, so that faults are met in the order of the source. Ends with `end` or `error`. */
export function* lex(source: string): Generator<Token, void> {
  let at = 0;
  let trimNext = false;
  while (at < source.length) {
    const open = source.indexOf('{{', at);
    const trims = open >= 0 && /^-[ \t\r\n]/.test(source.slice(open + 2, open + 4));
    let text = source.slice(at, open < 0 ? source.length : open);
    const textAt = at;
    if (trimNext) text = text.trimStart();
    if (trims) text = text.trimEnd();
    if (text !== '') yield token('text', text, textAt);
    if (open < 0) break;
    at = open + (trims ? 3 : 2);
    const comment = matchAt(/[ \t\r\n]*\/\*/y, source, at);
    const inside = comment !== undefined && (trims || comment === '/*');
    const end: ActionEnd = inside ? skipComment(source, at + comment.length) : yield* lexAction(source, open, at);
    if ('error' in end) return yield token('error', end.error, end.at);
    at = end.after;
    trimNext = end.trims;
  }
  yield token('end', '', source.length);
}

type ActionEnd = { readonly after: number; readonly trims: boolean } | { readonly error: string; readonly at: number };

function skipComment(source: string, from: number): ActionEnd {
  const end = source.indexOf('*/', from);
  if (end < 0) return { error: 'unclosed comment', at: from };
  const close = matchAt(/(?:[ \t\r\n]+-)?\}\}/y, source, end + 2);
  if (close === undefined) return { error: 'comment ends before closing delimiter', at: from };
  return { after: end + 2 + close.length, trims: close !== '}}' };
}

function* lexAction(source: string, open: number, from: number): Generator<Token, ActionEnd> {
  yield token('open', '{{', open);
  let at = from;
  let depth = 0;
  for (;;) {
    const space = matchAt(SPACE, source, at) ?? '';
    const trims = space !== '' && source.startsWith('-}}', at + space.length);
    at += space.length;
    if (trims || source.startsWith('}}', at)) {
      if (depth > 0) return { error: 'unclosed left paren', at };
      yield token('close', '}}', at, space !== '');
      return { after: at + (trims ? 3 : 2), trims };
    }
    if (at >= source.length) return { error: 'unclosed action', at: open };
    const next = lexToken(source, at, space !== '');
    if (next.kind === 'error') return { error: next.text, at };
    if (next.text === '(' && ++depth > MAX_PARENTHESES) return { error: 'parentheses are nested too deeply', at };
    if (next.text === ')' && --depth < 0) return { error: 'unexpected right paren', at };
    yield next;
    at += next.text.length;
  }
}

function lexToken(source: string, at: number, spaced: boolean): Token {
  const make = (kind: Token['kind'], text: string) => token(kind, text, at, spaced);
  const first = source.charAt(at);
  if (first === '"') return literal(make, 'string', QUOTED, 'unterminated quoted string', source, at);
  if (first === '`') return literal(make, 'raw', RAW, 'unterminated raw quoted string', source, at);
  if (first === "'") return literal(make, 'character', CHARACTER, 'unterminated character constant', source, at);
  if (source.startsWith(':=', at)) return make('sign', ':=');
  if ('=|(),'.includes(first)) return make('sign', first);
  const number = matchAt(NUMBER, source, at);
  if (number !== undefined && (first !== '.' || /^\.\d/.test(number))) return make('number', number);
  const named = first === '.' || first === '$';
  const word = matchAt(WORD, source, at + (named ? 1 : 0)) ?? '';
  const text = (named ? first : '') + word;
  if (text === '') return unknownSign(make, source, at);
  if (matchAt(TERMINATOR, source, at + text.length) === undefined && !source.startsWith('}}', at + text.length)) {
    return badCharacter(make, source, at + text.length);
  }
  if (text === '.') return make('dot', text);
  return make(first === '.' ? 'field' : first === '$' ? 'variable' : 'word', text);
}

type Make = (kind: Token['kind'], text: string) => Token;

function literal(make: Make, kind: Token['kind'], pattern: RegExp, fault: string, source: string, at: number): Token {
  const text = matchAt(pattern, source, at);
  return text === undefined ? make('error', fault) : make(kind, text);
}

/** Other printable ASCII is left to the parser, which says where it doesn't fit. */
function unknownSign(make: Make, source: string, at: number): Token {
  return /[!-~]/.test(source.charAt(at)) ? make('sign', source.charAt(at)) : badCharacter(make, source, at);
}

function badCharacter(make: Make, source: string, at: number): Token {
  const point = source.codePointAt(at) ?? 0;
  const code = point.toString(16).toUpperCase().padStart(4, '0');
  return make('error', `bad character U+${code} '${String.fromCodePoint(point)}'`);
}

function token(kind: Token['kind'], text: string, at: number, spaced = false): Token {
  return { kind, text, at, spaced };
}

function matchAt(pattern: RegExp, source: string, at: number): string | undefined {
  const sticky = new RegExp(pattern);
  sticky.lastIndex = at;
  return sticky.exec(source)?.[0];
}
