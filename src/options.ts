import { parseDuration, quoteDuration } from './api/durations.ts';
import { nearest } from './nearest.ts';
import { type OptionRow, optionTable } from './option-table.ts';

type Row = (typeof optionTable)[number];
type Camel<Text extends string> = Text extends `${infer Head}-${infer Tail}`
  ? `${Head}${Capitalize<Camel<Tail>>}`
  : Text;
type Field<R extends Row> = R['kind'] extends 'duration' ? `${Camel<R['flag']>}Ms` : Camel<R['flag']>;
type Value<Kind> = Kind extends 'switch'
  ? boolean
  : Kind extends 'count' | 'duration'
    ? number
    : Kind extends 'list'
      ? readonly string[]
      : Kind extends readonly (infer Word)[]
        ? Word
        : string;

/** One field per row of the table: `mesh-provider` is `meshProvider`; durations are in ms and end in `Ms`. */
export type RunOptions = { readonly [R in Row as Field<R>]: Value<R['kind']> };

export type ParsedOptions =
  | {
      readonly ok: true;
      readonly options: RunOptions;
      /** What was given and doesn't mean what it says, as sentences for the log. */
      readonly warnings: readonly string[];
    }
  | { readonly ok: false; readonly message: string };

type Environment = Readonly<Record<string, string | undefined>>;
type Read = { readonly value: unknown; readonly warning?: string } | { readonly wrong: string };

const rows: readonly OptionRow[] = optionTable;

/**
 * Reads flags as Go's flag package does: one dash or two, `-flag value` or `-flag=value`, switches without a value, the last
 * one wins. A non-empty environment variable wins over its flag (Flagger compatibility).
 */
export function parseOptions(argv: readonly string[], env: Environment): ParsedOptions {
  const texts = new Map(rows.map((row) => [row.flag, row.default]));
  const wrong = readFlags(argv, texts);
  if (wrong !== undefined) return { ok: false, message: wrong };
  for (const row of rows) {
    const text = row.env && env[row.env];
    if (text) texts.set(row.flag, text);
  }
  const fields: Record<string, unknown> = {};
  const warnings: string[] = [];
  for (const row of rows) {
    const read = readValue(row, texts.get(row.flag) ?? '');
    if ('wrong' in read) return { ok: false, message: `flag -${row.flag}: ${read.wrong}` };
    if (read.warning !== undefined) warnings.push(`flag -${row.flag}: ${read.warning}`);
    fields[fieldName(row)] = read.value;
  }
  return { ok: true, options: settle(fields as RunOptions), warnings };
}

/** What `sluice run` does without any flag or environment variable. */
export function defaultOptions(): RunOptions {
  const parsed = parseOptions([], {});
  if (!parsed.ok) throw new Error(`a default is wrong: ${parsed.message}`);
  return parsed.options;
}

/** The table for people: a flag, its kind and default, what it is for. */
export function renderFlags(): string {
  return rows
    .map((row) => {
      const kind = typeof row.kind === 'string' ? row.kind : row.kind.join('|');
      const facts = [row.default && `default ${row.default}`, row.env && `$${row.env}`].filter(Boolean).join(', ');
      return `  --${row.flag}${kind === 'switch' ? '' : ` <${kind}>`}\n      ${row.help}${facts ? ` (${facts})` : ''}\n`;
    })
    .join('');
}

/** Puts the text of each given flag into `texts`; returns what is wrong, if anything. */
function readFlags(argv: readonly string[], texts: Map<string, string>): string | undefined {
  for (let at = 0; at < argv.length; at++) {
    const argument = argv[at] ?? '';
    const [, name, inline] = /^--?([^-=][^=]*)(?:=(.*))?$/s.exec(argument) ?? [];
    if (name === undefined) return `${JSON.stringify(argument)} isn't a flag: flags begin with - or --`;
    const row = rows.find(({ flag }) => flag === name);
    if (!row) return unknown(name);
    const text = inline ?? (row.kind === 'switch' ? 'true' : argv[++at]);
    if (text === undefined) return `flag -${name} needs a value`;
    texts.set(name, text);
  }
  return undefined;
}

function unknown(name: string): string {
  const flags = rows.map(({ flag }) => flag);
  const meant = nearest(name, flags);
  return `unknown flag -${name}${meant ? `; did you mean -${meant}?` : '; `sluice help run` lists them all'}`;
}

function readValue(row: OptionRow, text: string): Read {
  const given = JSON.stringify(text);
  switch (row.kind) {
    case 'text':
      return { value: text };
    case 'list':
      return {
        value: text
          .split(',')
          .map((item) => item.trim())
          .filter((item) => item !== ''),
      };
    case 'switch':
      if (/^(?:1|t|T|true|TRUE|True)$/.test(text)) return { value: true };
      if (/^(?:0|f|F|false|FALSE|False)$/.test(text)) return { value: false };
      return { wrong: `${given} is neither true nor false` };
    case 'count':
      return /^\d+$/.test(text) ? { value: Number(text) } : { wrong: `${given} isn't a whole number` };
    case 'duration': {
      const ms = parseDuration(text);
      if (ms === undefined) return { wrong: `${quoteDuration(text)} isn't a duration such as 10s or 1m30s` };
      return ms < 0 ? { wrong: `${given} is negative` } : { value: ms };
    }
    default:
      return readWord(row, row.kind, text);
  }
}

/** Flagger compatibility: its logger takes any word that it doesn't know for the default. */
function readWord(
  { synonyms = {}, lenient, default: otherwise }: OptionRow,
  words: readonly string[],
  text: string,
): Read {
  const word = Object.hasOwn(synonyms, text) ? (synonyms[text] ?? text) : text;
  if (words.includes(word)) return { value: word };
  const none = `${JSON.stringify(text)} is none of ${words.join(', ')}`;
  return lenient ? { value: otherwise, warning: `${none}: ${otherwise} is taken` } : { wrong: none };
}

function fieldName({ flag, kind }: OptionRow): string {
  const camel = flag.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
  return kind === 'duration' ? `${camel}Ms` : camel;
}

/** Options that stand for others. */
function settle(options: RunOptions): RunOptions {
  return {
    ...options,
    kubeconfigServiceMesh: options.kubeconfigServiceMesh || options.kubeconfig,
    leaderElectionNamespace: options.namespace || options.leaderElectionNamespace,
  };
}
