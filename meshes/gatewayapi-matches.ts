import type { HttpMatch, StringMatch } from '../src/api/canary.ts';
import type { JsonObject } from '../src/kube/object.ts';

/** One entry of `matches` of an HTTPRoute rule. */
export type RouteMatch = {
  readonly path: JsonObject;
  readonly method?: string;
  readonly headers?: readonly (JsonObject & { readonly name: string })[];
  readonly queryParams?: readonly JsonObject[];
};

/** `impossible`: what Gateway API has no words for, as a sentence. */
export type MappedMatches = { readonly matches: readonly RouteMatch[] } | { readonly impossible: string };

/** Matches every path, as the API does by default. */
export const everyPath: JsonObject = { type: 'PathPrefix', value: '/' };

/** Conditions in the words of Gateway API, its defaults written out. An entry of which it can say nothing is left out. */
export function mapMatches(matches: readonly HttpMatch[]): MappedMatches {
  const mapped: RouteMatch[] = [];
  for (const match of matches) {
    const impossible = inexpressible(match);
    if (impossible) return { impossible };
    const { uri, method, headers, queryParams } = match;
    const parts = {
      ...(method?.exact === undefined ? {} : { method: method.exact }),
      ...conditions('headers', headers),
      ...conditions('queryParams', queryParams),
    };
    if (uri || Object.keys(parts).length > 0) mapped.push({ path: uri ? pathOf(uri) : everyPath, ...parts });
  }
  return { matches: mapped };
}

/** The first condition that Gateway API has no words for, in those of the reference. */
function inexpressible({ uri, method, headers, queryParams }: HttpMatch): string | undefined {
  const faults: readonly (readonly [part: string, faulty: boolean])[] = [
    ['path', uri !== undefined && !setsOne(uri, ['regex', 'exact', 'prefix'])],
    ['method', method !== undefined && !setsOne(method, ['exact'])],
    ['header', !Object.values(headers ?? {}).every((text) => setsOne(text, ['exact', 'regex']))],
    ['query', !Object.values(queryParams ?? {}).every((text) => setsOne(text, ['exact', 'regex']))],
  ];
  const part = faults.find(([, faulty]) => faulty)?.[0];
  if (!part) return undefined;
  const text = `Gateway API doesn't support the specified ${part} matching selector`;
  return `Invalid request matching selectors: ${text}`;
}

function setsOne(text: StringMatch, kinds: readonly (keyof StringMatch)[]): boolean {
  return kinds.some((kind) => text[kind] !== undefined);
}

function pathOf({ regex, exact, prefix }: StringMatch): JsonObject {
  if (regex !== undefined) return { type: 'RegularExpression', value: regex };
  if (exact !== undefined) return { type: 'Exact', value: exact };
  return { type: 'PathPrefix', value: prefix };
}

/** Sorted by name: the order of a map means nothing, and the same Canary must give the same route. */
function conditions(
  field: 'headers' | 'queryParams',
  texts: HttpMatch['headers'] = {},
): Pick<RouteMatch, 'headers' | 'queryParams'> {
  const entries = Object.entries(texts).sort(([a], [b]) => (a < b ? -1 : 1));
  if (entries.length === 0) return {};
  const list = entries.map(([name, { exact, regex }]) =>
    exact === undefined ? { type: 'RegularExpression', name, value: regex } : { type: 'Exact', name, value: exact },
  );
  return { [field]: list };
}
