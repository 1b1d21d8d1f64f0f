import type { Token } from './lex.ts';
import type { Body, Node, Template } from './node.ts';
import { PipeParser } from './parse-pipe.ts';
import { TokenReader } from './token-reader.ts';

/** How deep blocks may stand in each other; deeper ones could only be meant to exhaust us. */
const MAX_DEPTH = 100;

type BlockEnd = 'end' | 'else' | 'eof';
type Branch = 'if' | 'with' | 'range';

/**
 * Parses Go's template language. `functions`: names that may be called. Throws a `TemplateError` with Go's words, such as
 * `template: tmpl:1: unclosed action`.
 */
export function parseTemplate(source: string, functions: ReadonlySet<string>): Template {
  return new Parser(source, functions).parse();
}

/** Recursive descent over blocks; what stands inside an action is the business of `PipeParser`. */
class Parser {
  readonly #reader: TokenReader;
  readonly #pipes: PipeParser;
  readonly #defined = new Map<string, Body>();
  #loops = 0;
  #depth = 0;

  constructor(source: string, functions: ReadonlySet<string>) {
    this.#reader = new TokenReader(source);
    this.#pipes = new PipeParser(this.#reader, functions);
  }

  parse(): Template {
    const { body, end } = this.#block('eof');
    if (end !== 'eof') throw this.#reader.fault(`unexpected {{${end}}}`);
    return { source: this.#reader.source, body, defined: this.#defined };
  }

  /** Nodes up to `{{end}}`, `{{else` or the end of the source. */
  #block(until: 'eof' | 'end'): { body: Body; end: BlockEnd } {
    if (++this.#depth > MAX_DEPTH) throw this.#reader.fault('blocks are nested too deeply');
    const body: Node[] = [];
    for (;;) {
      const token = this.#reader.next();
      if (token.kind === 'end') {
        if (until !== 'eof') throw this.#reader.fault('unexpected EOF', token.at);
        return { body, end: 'eof' };
      }
      if (token.kind === 'text') {
        body.push({ kind: 'text', text: token.text });
        continue;
      }
      const word = this.#reader.keyword();
      if (word === 'end') this.#reader.close('end');
      if (word === 'end' || word === 'else') {
        this.#depth--;
        return { body, end: word };
      }
      const node = this.#action(word);
      if (node) body.push(node);
    }
  }

  #action(word: string | undefined): Node | undefined {
    switch (word) {
      case 'if':
      case 'with':
      case 'range':
        return this.#branch(word);
      case 'define':
        return this.#define();
      case 'block':
        return this.#inlineBlock();
      case 'template':
        return this.#call();
      case 'break':
      case 'continue':
        if (this.#loops === 0) throw this.#reader.fault(`{{${word}}} outside {{range}}`);
        this.#reader.close(word);
        return { kind: word };
      default: {
        const pipe = this.#pipes.pipe('command');
        this.#reader.close('command');
        return { kind: 'action', pipe };
      }
    }
  }

  #branch(kind: Branch): Node {
    const outer = this.#pipes.variables.length;
    const pipe = this.#pipes.pipe(kind, kind === 'range');
    this.#reader.close(kind);
    if (kind === 'range') this.#loops++;
    const { body, end } = this.#block('end');
    if (kind === 'range') this.#loops--;
    const otherwise = end === 'else' ? this.#otherwise(kind) : [];
    this.#pipes.variables.length = outer;
    return { kind, pipe, body, otherwise };
  }

  /** `{{else}}`, or `{{else if …}}`, which shares the closing `{{end}}`. */
  #otherwise(kind: Branch): Body {
    const token = this.#reader.peek();
    const word = this.#reader.keyword();
    if (word === kind && kind !== 'range') {
      if (++this.#depth > MAX_DEPTH) throw this.#reader.fault('blocks are nested too deeply');
      const chained = this.#branch(kind);
      this.#depth--;
      return [chained];
    }
    if (word !== undefined) throw this.#reader.unexpected(token, 'input');
    this.#reader.close('else');
    const { body, end } = this.#block('end');
    if (end === 'else') throw this.#reader.fault('expected end; found {{else}}');
    return body;
  }

  #define(): undefined {
    const { name } = this.#name('define clause');
    this.#reader.close('define clause');
    this.#defined.set(name, this.#separate('define clause'));
  }

  /** Defines a template and calls it in its place. */
  #inlineBlock(): Node {
    const { name, at } = this.#name('block clause');
    const pipe = this.#pipes.pipe('block clause');
    this.#reader.close('block clause');
    this.#defined.set(name, this.#separate('block clause'));
    return { kind: 'template', name, pipe, at };
  }

  #call(): Node {
    const { name, at } = this.#name('template clause');
    const pipe = this.#reader.peek().kind === 'close' ? undefined : this.#pipes.pipe('template clause');
    this.#reader.close('template clause');
    return { kind: 'template', name, pipe, at };
  }

  /** The body of a template of its own: variables and loops around it don't reach inside. */
  #separate(context: string): Body {
    const [variables, loops] = [this.#pipes.variables, this.#loops];
    this.#pipes.variables = ['$'];
    this.#loops = 0;
    const { body, end } = this.#block('end');
    if (end !== 'end') throw this.#reader.fault(`unexpected {{${end}}} in ${context}`);
    this.#pipes.variables = variables;
    this.#loops = loops;
    return body;
  }

  #name(context: string): { name: string; at: number } {
    const token: Token = this.#reader.next();
    const name = this.#pipes.text(token);
    if (name === undefined) throw this.#reader.unexpected(token, context);
    return { name, at: token.at };
  }
}
