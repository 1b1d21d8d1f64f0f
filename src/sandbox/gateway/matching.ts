/** A request as far as routing looks at it. */
export interface GatewayRequest {
  readonly method: string;
  /** In lower case, without port. */
  readonly host: string;
  /** As it was sent, without query. */
  readonly path: string;
  /** With its question mark, or empty. */
  readonly query: string;
  /** Names in lower case; values of repeated headers are joined as node joins them. */
  readonly headers: Readonly<Record<string, string>>;
}

export type TextMatch = { readonly exact: string } | { readonly pattern: RegExp };

export type PathMatch =
  | { readonly kind: 'exact' | 'prefix'; readonly value: string }
  | { readonly kind: 'regex'; readonly value: string; readonly pattern: RegExp };

/** What a request must be like. All parts must hold. */
export interface Condition {
  readonly path: PathMatch;
  readonly method: string | undefined;
  /** Names in lower case. */
  readonly headers: readonly { readonly name: string; readonly match: TextMatch }[];
  readonly query: readonly { readonly name: string; readonly match: TextMatch }[];
}

export function matches(condition: Condition, request: GatewayRequest): boolean {
  if (condition.method !== undefined && condition.method !== request.method) return false;
  if (!matchesPath(condition.path, request.path)) return false;
  if (!condition.headers.every(({ name, match }) => matchesText(match, request.headers[name]))) return false;
  if (condition.query.length === 0) return true;
  const query = new URLSearchParams(request.query);
  return condition.query.every(({ name, match }) => matchesText(match, query.get(name) ?? undefined));
}

function matchesText(match: TextMatch, value: string | undefined): boolean {
  if (value === undefined) return false;
  return 'exact' in match ? match.exact === value : match.pattern.test(value);
}

/** A prefix ends at a slash or at the end of the path: `/foo` takes `/foo` and `/foo/bar`, not `/foobar`. */
function matchesPath(match: PathMatch, path: string): boolean {
  if (match.kind === 'exact') return path === match.value;
  if (match.kind === 'regex') return match.pattern.test(path);
  const prefix = withoutEndSlash(match.value);
  return path === prefix || path.startsWith(`${prefix}/`) || prefix === '';
}

/** The path without the slashes at its end. */
export function withoutEndSlash(path: string): string {
  return path.replace(/\/+$/, '');
}

const KIND_RANK = { exact: 0, regex: 1, prefix: 2 } as const;

/**
 * Sorts the more specific condition first: exact path, then regular expression, then the longest prefix; then one with a
 * method, more headers, more query parameters (Gateway API; where it puts regular expressions is left to implementations).
 */
export function compareConditions(a: Condition, b: Condition): number {
  return (
    KIND_RANK[a.path.kind] - KIND_RANK[b.path.kind] ||
    b.path.value.length - a.path.value.length ||
    Number(b.method !== undefined) - Number(a.method !== undefined) ||
    b.headers.length - a.headers.length ||
    b.query.length - a.query.length
  );
}

/** `pattern` is a host name, one that begins with `*.`, or `*`. A wildcard stands for one or more labels. */
export function matchesHost(pattern: string, host: string): boolean {
  if (pattern === '*' || pattern === host) return true;
  return pattern.startsWith('*.') && host.endsWith(pattern.slice(1)) && host.length >= pattern.length;
}

/** Sorts the more specific host first: whole names, then wildcards from long to short. */
export function compareHosts(a: string, b: string): number {
  return Number(a.startsWith('*')) - Number(b.startsWith('*')) || b.length - a.length || (a < b ? -1 : 1);
}
