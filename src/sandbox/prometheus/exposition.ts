import { Labels, METRIC_NAME } from './labels.ts';

export interface ExposedSample {
  readonly labels: Labels;
  readonly value: number;
  /** Only when the line says so. */
  readonly timestampMs?: number;
}

/** All samples of a page, or why none of them can be used: a page is read whole or not at all. */
export type Exposition = { readonly samples: readonly ExposedSample[] } | { readonly problem: string };

const TYPES = new Set(['counter', 'gauge', 'histogram', 'summary', 'untyped', 'unknown']);

/**
 * Reads the Prometheus text format 0.0.4, with names in quotes as its successor allows. Histograms and summaries are taken
 * as the plain series that they are written as; help texts are skipped.
 */
export function parseExposition(text: string): Exposition {
  const samples: ExposedSample[] = [];
  let number = 0;
  for (const line of text.split('\n')) {
    number++;
    const read = readLine(line.endsWith('\r') ? line.slice(0, -1) : line);
    if (typeof read === 'string') return { problem: `line ${number}: ${read}` };
    if (read) samples.push(read);
  }
  return { samples };
}

function readLine(line: string): ExposedSample | string | undefined {
  const text = line.trim();
  if (text === '') return undefined;
  if (!text.startsWith('#')) return readSample(new LineReader(text));
  const type = /^#[ \t]+TYPE[ \t]+\S+[ \t]+(\S+)$/.exec(text)?.[1];
  return type === undefined || TYPES.has(type) ? undefined : `unknown metric type ${JSON.stringify(type)}`;
}

function readSample(line: LineReader): ExposedSample | string {
  const entries = new Map<string, string>();
  const name = line.take(/[a-zA-Z_:][\w:]*/y);
  if (name !== undefined) entries.set(METRIC_NAME, name);
  line.skipBlanks();
  if (line.takes('{')) {
    const problem = readLabels(line, entries);
    if (problem !== undefined) return problem;
  }
  if (!entries.has(METRIC_NAME)) return 'a metric name is expected';
  return readNumbers(line, Labels.of(entries));
}

/** Reads up to and including the closing brace. */
function readLabels(line: LineReader, entries: Map<string, string>): string | undefined {
  for (;;) {
    line.skipBlanks();
    if (line.takes('}')) return undefined;
    const problem = readLabel(line, entries);
    if (problem !== undefined) return problem;
    line.skipBlanks();
    if (!line.takes(',') && !line.follows('}')) return `"," or "}" is expected at column ${line.column}`;
  }
}

function readLabel(line: LineReader, entries: Map<string, string>): string | undefined {
  const quoted = line.takeQuoted();
  const name = quoted ?? line.take(/[a-zA-Z_]\w*/y);
  if (name === undefined || name === '') return `a label name is expected at column ${line.column}`;
  line.skipBlanks();
  const assigned = line.takes('=');
  if (!assigned && quoted === undefined) return `"=" is expected at column ${line.column}`;
  line.skipBlanks();
  const value = assigned ? line.takeQuoted() : quoted;
  if (value === undefined) return `a label value in quotes is expected at column ${line.column}`;
  const key = assigned ? name : METRIC_NAME;
  if (entries.has(key)) return `the label ${key} is given twice`;
  entries.set(key, value);
  return undefined;
}

function readNumbers(line: LineReader, labels: Labels): ExposedSample | string {
  line.skipBlanks();
  const written = line.take(/[^ \t]+/y) ?? '';
  const value = readValue(written);
  if (value === undefined) return `${JSON.stringify(written)} is not a number`;
  line.skipBlanks();
  if (line.atEnd) return { labels, value };
  const timestamp = line.take(/-?\d+/y);
  line.skipBlanks();
  if (timestamp === undefined || !line.atEnd)
    return `a timestamp or the end of the line is expected at column ${line.column}`;
  return { labels, value, timestampMs: Number(timestamp) };
}

const SPECIAL: ReadonlyMap<string, number> = new Map([
  ['nan', Number.NaN],
  ['inf', Number.POSITIVE_INFINITY],
  ['+inf', Number.POSITIVE_INFINITY],
  ['-inf', Number.NEGATIVE_INFINITY],
]);

function readValue(text: string): number | undefined {
  if (/^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Number(text);
  return SPECIAL.get(text.toLowerCase());
}

class LineReader {
  readonly #text: string;
  #at = 0;

  constructor(text: string) {
    this.#text = text;
  }

  get atEnd(): boolean {
    return this.#at >= this.#text.length;
  }

  /** Counted from 1. */
  get column(): number {
    return this.#at + 1;
  }

  skipBlanks(): void {
    while (this.#text[this.#at] === ' ' || this.#text[this.#at] === '\t') this.#at++;
  }

  follows(char: string): boolean {
    return this.#text[this.#at] === char;
  }

  takes(char: string): boolean {
    const there = this.follows(char);
    if (there) this.#at++;
    return there;
  }

  /** `pattern` must be sticky. */
  take(pattern: RegExp): string | undefined {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text)?.[0];
    this.#at += found?.length ?? 0;
    return found;
  }

  /** Text in double quotes; a backslash keeps its meaning before a quote, a backslash and an `n` only. */
  takeQuoted(): string | undefined {
    const found = this.take(/"(?:[^"\\]|\\.)*"/y);
    return found?.slice(1, -1).replace(/\\(["\\n])/g, (_, char: string) => (char === 'n' ? '\n' : char));
  }
}
