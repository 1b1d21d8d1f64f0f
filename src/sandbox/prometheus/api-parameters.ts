import type { Matcher } from './matcher.ts';
import { readDurationMs } from './promql/literals.ts';
import { parseQuery } from './promql/parse.ts';
import { QueryError } from './promql/query-error.ts';

/** Reads the parameters of an API request. What is missing or unreadable is thrown as a `QueryError` of type `bad_data`. */
export class ApiParameters {
  readonly #given: URLSearchParams;

  constructor(given: URLSearchParams) {
    this.#given = given;
  }

  get query(): string {
    return this.#given.get('query') ?? '';
  }

  /** Milliseconds of a time in seconds or as RFC 3339. Without `fallbackMs` it must be there. */
  timeMs(name: string, fallbackMs?: number): number {
    const text = this.#given.get(name) ?? '';
    if (text === '' && fallbackMs !== undefined) return fallbackMs;
    const timeMs = readTimeMs(text);
    if (timeMs === undefined) throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid timestamp`);
    return timeMs;
  }

  /** Milliseconds of `15s` or of a number of seconds. */
  durationMs(name: string): number {
    const text = this.#given.get(name) ?? '';
    const durationMs = readDurationMs(text.replace(/^-/, ''));
    if (durationMs === undefined) throw invalid(name, `cannot parse ${JSON.stringify(text)} to a valid duration`);
    return text.startsWith('-') ? -durationMs : durationMs;
  }

  /** One list of matchers per selector in `match[]`. */
  selectors(): readonly (readonly Matcher[])[] {
    return this.#given.getAll('match[]').map((text) => {
      const selector = named('match[]', () => parseQuery(text));
      if (selector.kind !== 'vector') throw invalid('match[]', `${JSON.stringify(text)} is not a plain selector`);
      return selector.matchers;
    });
  }
}

/** Runs `read`; an error about what was given then names the parameter. */
export function named<T>(name: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof QueryError && error.errorType === 'bad_data') throw invalid(name, error.message);
    throw error;
  }
}

/** An error about a parameter. */
export function invalid(name: string, problem: string): QueryError {
  return new QueryError('bad_data', `invalid parameter ${JSON.stringify(name)}: ${problem}`);
}

function readTimeMs(text: string): number | undefined {
  if (/^[+-]?(\d+(?:\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(text)) return Math.round(Number(text) * 1000);
  if (!/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)$/.test(text)) return undefined;
  const timeMs = Date.parse(text);
  return Number.isNaN(timeMs) ? undefined : timeMs;
}
