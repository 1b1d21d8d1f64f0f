import type { HttpMatch, StringMatch } from './canary.ts';
import type { Refuse } from './refusals.ts';

const kinds = ['exact', 'prefix', 'suffix', 'regex'] as const;
type Condition = 'header' | 'query' | 'path' | 'method' | 'other';
type Found = readonly [field: string, match: StringMatch, condition: Condition];

/** Refuses texts of `service.match` that are compared in more than one way. */
export function checkServiceMatch(matches: readonly HttpMatch[], field: string, refuse: Refuse): void {
  for (const [at, match] of textsOf(matches, field)) {
    if (kindsOf(match).length > 1) refuse('StringMatchInvalid', at, `sets ${kindsOf(match).join(' and ')}`);
  }
}

/** Refuses texts of `analysis.match` that are compared in more than one way, and headers that are compared in none. */
export function checkAnalysisMatch(matches: readonly HttpMatch[], field: string, refuse: Refuse): void {
  checkServiceMatch(matches, field, refuse);
  for (const [at, match, condition] of textsOf(matches, field)) {
    if (condition === 'header' && kindsOf(match).length === 0) refuse('StringMatchInvalid', at, 'sets none');
  }
}

const gatewayKinds: Readonly<Record<Condition, readonly (typeof kinds)[number][]>> = {
  path: ['exact', 'prefix', 'regex'],
  method: ['exact'],
  header: ['exact', 'regex'],
  query: ['exact', 'regex'],
  other: kinds,
};

/** Refuses conditions for which an HTTPRoute has no words. */
export function checkGatewayMatch(matches: readonly HttpMatch[], field: string, refuse: Refuse): void {
  for (const [at, match, condition] of textsOf(matches, field)) {
    if (kindsOf(match).some((kind) => gatewayKinds[condition].includes(kind))) continue;
    if (condition === 'other') continue;
    refuse(
      'MatchInexpressible',
      at,
      `can not become a route (Invalid request matching selectors: Gateway API doesn't support the specified ${condition} matching selector)`,
    );
  }
}

/** Refuses A/B conditions of which an HTTPRoute keeps nothing: every request would go to the canary. */
export function checkGatewayAudience(matches: readonly HttpMatch[], field: string, refuse: Refuse): void {
  for (const [index, { headers, queryParams }] of matches.entries()) {
    if (Object.keys({ ...headers, ...queryParams }).length > 0) continue;
    refuse(
      'MatchInexpressible',
      `${field}[${index}]`,
      'names no header and no query parameter, so it chooses everybody',
    );
  }
}

const kindsOf = (match: StringMatch) => kinds.filter((kind) => match[kind] !== undefined);

function textsOf(matches: readonly HttpMatch[], field: string): Found[] {
  return matches.flatMap((match, index) => {
    const at = `${field}[${index}]`;
    const one = (name: 'uri' | 'scheme' | 'method' | 'authority', condition: Condition): Found[] => {
      const text = match[name];
      return text === undefined ? [] : [[`${at}.${name}`, text, condition]];
    };
    const many = (name: 'headers' | 'withoutHeaders' | 'queryParams', condition: Condition): Found[] =>
      Object.entries(match[name] ?? {}).map(([key, text]) => [
        `${at}.${name}[${JSON.stringify(key)}]`,
        text,
        condition,
      ]);
    return [
      ...one('uri', 'path'),
      ...one('method', 'method'),
      ...one('scheme', 'other'),
      ...one('authority', 'other'),
      ...many('headers', 'header'),
      ...many('withoutHeaders', 'other'),
      ...many('queryParams', 'query'),
    ];
  });
}
