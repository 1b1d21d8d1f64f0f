import { lex, type Token } from './lex.ts';
import { TemplateError } from './value.ts';

/** Name of a template in error texts. */
export const TEMPLATE_NAME = 'tmpl';

/** Words that begin or end something and can't be called. */
export const keywords: ReadonlySet<string> = new Set([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'range',
  'template',
  'with',
]);

/** The tokens of a template with one of lookahead. Faults of the lexer are thrown when the parser reaches them. */
export class TokenReader {
  readonly source: string;
  readonly #tokens: Iterator<Token, void>;
  #ahead: Token | undefined;
  #at = 0;

  constructor(source: string) {
    this.source = source;
    this.#tokens = lex(source);
  }

  peek(): Token {
    this.#ahead ??= this.#tokens.next().value ?? { kind: 'end', text: '', at: this.source.length, spaced: false };
    this.#at = this.#ahead.at;
    if (this.#ahead.kind === 'error') throw this.fault(this.#ahead.text);
    return this.#ahead;
  }

  next(): Token {
    const token = this.peek();
    this.#ahead = undefined;
    return token;
  }

  /** Takes the next token if it is a keyword. */
  keyword(): string | undefined {
    const token = this.peek();
    return token.kind === 'word' && keywords.has(token.text) ? this.next().text : undefined;
  }

  /** Takes `}}`. `context`: what it closes, for the error text. */
  close(context: string): void {
    const token = this.next();
    if (token.kind !== 'close') throw this.unexpected(token, context);
  }

  unexpected(token: Token, context: string): TemplateError {
    if (token.kind === 'end') return this.fault(`unexpected EOF in ${context}`, token.at);
    const keyword = token.kind === 'word' && keywords.has(token.text);
    return this.fault(`unexpected ${keyword ? `<${token.text}>` : JSON.stringify(token.text)} in ${context}`, token.at);
  }

  /** An error with Go's words; `at` is the last token that was looked at unless said otherwise. */
  fault(message: string, at = this.#at): TemplateError {
    const line = this.source.slice(0, at).split('\n').length;
    return new TemplateError(`template: ${TEMPLATE_NAME}:${line}: ${message}`);
  }
}
