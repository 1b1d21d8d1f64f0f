import type { Canary, HttpMatch, StringMatch } from '../src/api/canary.ts';
import type { StringMap } from '../src/kube/object.ts';
import { present } from './present.ts';

/**
 * The audience of an A/B test as nginx can tell it. `settings`: annotations without their prefix. `shortfalls`: what of
 * `analysis.match` they don't say, as sentences.
 */
export type NginxAudience =
  | { readonly settings: StringMap; readonly shortfalls: readonly string[] }
  | { readonly impossible: string };

/** A condition of `analysis.match` on one header. */
interface HeaderCondition {
  /** Index of the entry that holds it. */
  readonly entry: number;
  readonly field: string;
  readonly name: string;
  readonly text: StringMatch;
}

/** nginx knows one header and one cookie; the last of each in the order of the Canary is taken. */
export function nginxAudience({ analysis: { match } }: Canary): NginxAudience {
  const headers = match.flatMap(headersOf);
  const inexpressible = headers.find((header) => Object.keys(settingsOf(header)).length === 0);
  if (inexpressible) {
    return {
      impossible: `nginx can not tell requests by the header ${inexpressible.name} that analysis.match describes`,
    };
  }
  const cookie = headers.findLast(({ name }) => name === 'cookie');
  const header = headers.findLast(({ name }) => name !== 'cookie');
  const taken = [header, cookie].filter((each) => each !== undefined);
  if (taken.length === 0) {
    return { impossible: 'nginx tells requests by a header or a cookie, and analysis.match names none' };
  }
  const settings: StringMap = Object.assign({}, ...taken.map(settingsOf));
  return { settings, shortfalls: [...leftOut(match, headers, taken), ...eitherFor(header, cookie)] };
}

function headersOf({ headers = {} }: HttpMatch, entry: number): HeaderCondition[] {
  return Object.entries(headers).map(([name, text]) => {
    const field = `analysis.match[${entry}].headers[${JSON.stringify(name)}]`;
    return { entry, field, name, text };
  });
}

/** The value of a `cookie` is the name of one, which holds `always` or `never` (ingress-nginx). */
function settingsOf({ name, text: { exact, regex } }: HeaderCondition): StringMap {
  if (name === 'cookie') return exact ? { 'canary-by-cookie': exact } : {};
  if (exact !== undefined) return { 'canary-by-header': name, 'canary-by-header-value': exact };
  return regex === undefined ? {} : { 'canary-by-header': name, 'canary-by-header-pattern': regex };
}

function leftOut(
  match: readonly HttpMatch[],
  headers: readonly HeaderCondition[],
  taken: readonly HeaderCondition[],
): string[] {
  const others = headers.filter((header) => !taken.includes(header));
  const fields = [...others.map(({ field }) => field), ...match.flatMap(otherConditions)].sort();
  if (fields.length === 0) return [];
  const used = taken.map(({ field }) => field).join(' and ');
  return [`nginx tells requests by one header and one cookie: it goes by ${used}, and leaves out ${fields.join(', ')}`];
}

/** The fields of an entry that ask for something besides headers. */
function otherConditions(match: HttpMatch, entry: number): string[] {
  const { name: _, headers: __, ignoreUriCase: ___, ...others } = match;
  return Object.keys(present(others)).map((field) => `analysis.match[${entry}].${field}`);
}

/** Within an entry the Canary asks for all conditions; to nginx each of the two is enough. */
function eitherFor(header: HeaderCondition | undefined, cookie: HeaderCondition | undefined): string[] {
  if (header === undefined || header.entry !== cookie?.entry) return [];
  return [`nginx can not ask for a header and a cookie together: either ${header.field} or ${cookie.field} is enough`];
}
