import { type Piece, readClass, readEscape } from './regex-escapes.ts';

/** Why a pattern can't be used. */
export interface BadPattern {
  readonly problem: string;
}

/**
 * Compiles an RE2 pattern the way Prometheus uses it: it must match the whole text, and the dot matches line ends too.
 * Look-around and back references are refused as RE2 does. The engine is JavaScript's, so time isn't bounded as in RE2.
 */
export function anchoredRegex(pattern: string): RegExp | BadPattern {
  try {
    return new RegExp(`^(?:${new Translation(pattern).run()})$`, 'su');
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return { problem: `${error.message} in the pattern ${JSON.stringify(pattern)}` };
  }
}

class Translation {
  readonly #pattern: string;
  #at = 0;
  #out = '';
  /** Open groups, each with the beginnings of those that wrap its rest: flags that are switched on hold to its end. */
  readonly #groups: string[][] = [[]];

  constructor(pattern: string) {
    this.#pattern = pattern;
  }

  run(): string {
    while (this.#at < this.#pattern.length) {
      const { text, length } = this.#next();
      this.#out += text;
      this.#at += length;
    }
    if (this.#groups.length > 1) throw new SyntaxError('missing closing )');
    return this.#out + this.#unwrap();
  }

  #next(): Piece {
    const char = this.#pattern[this.#at] ?? '';
    if (char === '\\') return readEscape(this.#pattern, this.#at, false);
    if (char === '[') return readClass(this.#pattern, this.#at);
    if (char === '(') return this.#open();
    if (char === ')') return this.#close();
    if (char === '|') return { text: `${this.#unwrap()}|${this.#wraps.join('')}`, length: 1 };
    const repetition = /^\{\d+(,\d*)?\}/.exec(this.#pattern.slice(this.#at, this.#at + 16))?.[0];
    if (repetition !== undefined) return { text: repetition, length: repetition.length };
    // a brace that starts no repetition stands for itself
    return { text: /[{}\]]/.test(char) ? `\\${char}` : char, length: 1 };
  }

  #open(): Piece {
    const rest = this.#pattern.slice(this.#at);
    const flags = /^\(\?([ims]*(?:-[ims]+)?)([:)])/.exec(rest);
    if (flags) return this.#flags(flags[0], flags[1] ?? '', flags[2] === ')');
    const named = /^\(\?P?<([A-Za-z_]\w*)>/.exec(rest);
    if (!named && rest.startsWith('(?')) throw new SyntaxError('invalid or unsupported group');
    this.#groups.push([]);
    return named ? { text: `(?<${named[1]}>`, length: named[0].length } : { text: '(', length: 1 };
  }

  #flags(source: string, flags: string, toEndOfGroup: boolean): Piece {
    if (toEndOfGroup && flags === '') throw new SyntaxError('missing argument to (?)');
    const text = `(?${flags}:`;
    if (toEndOfGroup) this.#wraps.push(text);
    else this.#groups.push([]);
    return { text, length: source.length };
  }

  #close(): Piece {
    if (this.#groups.length === 1) throw new SyntaxError('unexpected )');
    const text = `${this.#unwrap()})`;
    this.#groups.pop();
    return { text, length: 1 };
  }

  get #wraps(): string[] {
    return this.#groups.at(-1) ?? [];
  }

  #unwrap(): string {
    return ')'.repeat(this.#wraps.length);
  }
}
