import type { Token } from './lex.ts';
import { readNumber, unquote } from './literal.ts';
import type { Command, Operand, Pipe } from './node.ts';
import { keywords, type TokenReader } from './token-reader.ts';

/** Parses what stands between `{{` and `}}`: pipelines, commands, operands. Keeps the names of the variables in scope. */
export class PipeParser {
  /** Names of variables in scope, innermost last. */
  variables: string[] = ['$'];
  readonly #reader: TokenReader;
  readonly #functions: ReadonlySet<string>;

  constructor(reader: TokenReader, functions: ReadonlySet<string>) {
    this.#reader = reader;
    this.#functions = functions;
  }

  /** `context`: what the pipeline belongs to, for error texts. `two`: whether it may declare a key and a value. */
  pipe(context: string, two = false): Pipe {
    const { variables, assigns } = this.#declaration(context, two ? 2 : 1);
    const commands: Command[] = [];
    while (!this.#atEnd()) commands.push(this.#command(context));
    if (commands.length === 0) throw this.#reader.fault(`missing value for ${context}`);
    commands.forEach(({ operands: [operand] }, index) => {
      const stage = index + 1;
      if (stage > 1 && (operand.kind === 'literal' || operand.kind === 'dot' || operand.kind === 'nil')) {
        throw this.#reader.fault(`non executable command in pipeline stage ${stage}`);
      }
    });
    if (!assigns) this.variables.push(...variables);
    return { variables, assigns, commands };
  }

  #atEnd(): boolean {
    const token = this.#reader.peek();
    return token.kind === 'close' || token.kind === 'end' || isSign(token, ')');
  }

  /** `$x :=`, `$x =` or `$key, $value :=`: told from a plain variable only by what follows, so the source is looked at. */
  #declaration(context: string, most: number): { variables: string[]; assigns: boolean } {
    const head = /((?:\$[\p{L}\p{Nd}_]*[ \t\r\n]*(?:,[ \t\r\n]*)?)+)(:=|=)/uy;
    head.lastIndex = this.#reader.peek().at;
    const match = head.exec(this.#reader.source);
    const variables = match?.[1]?.match(/\$[\p{L}\p{Nd}_]*/gu) ?? [];
    if (variables.length > most) throw this.#reader.fault(`too many declarations in ${context}`);
    const signs = variables.length;
    for (let left = variables.length + signs; left > 0; left--) this.#reader.next();
    const assigns = match?.[2] === '=';
    if (assigns) for (const name of variables) this.#requireKnown(name);
    return { variables, assigns };
  }

  #command(context: string): Command {
    const operands: Operand[] = [];
    while (!this.#atEnd()) {
      const token = this.#reader.peek();
      if (isSign(token, '|')) {
        this.#reader.next();
        break;
      }
      if (operands.length > 0 && !token.spaced) throw this.#reader.unexpected(token, 'operand');
      if (operands.length === 0 && !beginsTerm(token)) throw this.#reader.unexpected(token, context);
      operands.push(this.#operand());
    }
    const [first, ...more] = operands;
    if (!first) throw this.#reader.fault(`missing value for ${context}`);
    return { operands: [first, ...more] };
  }

  /** A term and the fields behind it. */
  #operand(): Operand {
    const term = this.#term();
    const fields: string[] = [];
    const { at } = this.#reader.peek();
    while (this.#reader.peek().kind === 'field' && !this.#reader.peek().spaced) {
      fields.push(this.#reader.next().text.slice(1));
    }
    if (fields.length === 0) return term;
    if (term.kind === 'field' || term.kind === 'variable') {
      return { ...term, fields: [...term.fields, ...fields], at, text: [term.text, ...fields].join('.') };
    }
    if (term.kind === 'call' || term.kind === 'pipe' || term.kind === 'chain') {
      return { kind: 'chain', base: term, fields, at: term.at, text: term.text };
    }
    throw this.#reader.fault(`unexpected . after term ${JSON.stringify(term.text)}`);
  }

  #term(): Operand {
    const token = this.#reader.next();
    const { at, text } = token;
    switch (token.kind) {
      case 'dot':
        return { kind: 'dot', at, text };
      case 'field':
        return { kind: 'field', fields: [text.slice(1)], at, text };
      case 'variable':
        this.#requireKnown(text);
        return { kind: 'variable', name: text, fields: [], at, text };
      case 'raw':
        return { kind: 'literal', value: text.slice(1, -1), at, text };
      case 'string':
        return { kind: 'literal', value: this.#unquoted(token), at, text };
      case 'character':
        return { kind: 'literal', value: this.#codePoint(token), at, text };
      case 'number':
        return { kind: 'literal', value: this.#number(token), at, text };
      case 'word':
        return this.#word(token);
      default:
        if (isSign(token, '(')) return this.#parenthesized(at);
        throw this.#reader.unexpected(token, 'operand');
    }
  }

  #word(token: Token): Operand {
    const { at, text } = token;
    if (text === 'true' || text === 'false') return { kind: 'literal', value: text === 'true', at, text };
    if (text === 'nil') return { kind: 'nil', at, text };
    if (keywords.has(text)) throw this.#reader.unexpected(token, 'operand');
    if (!this.#functions.has(text)) throw this.#reader.fault(`function "${text}" not defined`, at);
    return { kind: 'call', name: text, at, text };
  }

  #parenthesized(at: number): Operand {
    const pipe = this.pipe('parenthesized pipeline');
    const close = this.#reader.next();
    if (!isSign(close, ')')) throw this.#reader.unexpected(close, 'parenthesized pipeline');
    return { kind: 'pipe', pipe, at, text: this.#reader.source.slice(at, close.at + 1) };
  }

  /** The text of a string token. */
  text(token: Token): string | undefined {
    if (token.kind === 'raw') return token.text.slice(1, -1);
    return token.kind === 'string' ? this.#unquoted(token) : undefined;
  }

  #unquoted(token: Token): string {
    const text = unquote(token.text);
    if (text === undefined) throw this.#reader.fault('invalid syntax', token.at);
    return text;
  }

  #codePoint(token: Token): bigint {
    const [character, ...more] = this.#unquoted(token);
    if (character === undefined || more.length > 0) {
      throw this.#reader.fault(`malformed character constant: ${token.text}`, token.at);
    }
    return BigInt(character.codePointAt(0) ?? 0);
  }

  #number(token: Token): bigint | number {
    const value = readNumber(token.text);
    if (value === undefined) throw this.#reader.fault(`bad number syntax: "${token.text}"`, token.at);
    return value;
  }

  #requireKnown(name: string): void {
    if (!this.variables.includes(name)) throw this.#reader.fault(`undefined variable "${name}"`);
  }
}

function beginsTerm(token: Token): boolean {
  return isSign(token, '(') || !(token.kind === 'sign' || keywords.has(token.text));
}

function isSign(token: Token, text: string): boolean {
  return token.kind === 'sign' && token.text === text;
}
