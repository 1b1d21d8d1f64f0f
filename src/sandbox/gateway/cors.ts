import { itemsIn, valueIn } from '../api/fields.ts';
import type { HeaderEdit } from './header-edits.ts';
import { type GatewayRequest, matchesHost } from './matching.ts';

/** A Gateway API `CORS` filter. */
export interface Cors {
  readonly origins: readonly string[];
  readonly methods: readonly string[];
  readonly headers: readonly string[];
  readonly expose: readonly string[];
  readonly credentials: boolean;
  readonly maxAgeS: number;
}

const DEFAULT_MAX_AGE_S = 5;

export function cors(filter: unknown): Cors {
  const texts = (field: string) => itemsIn(filter, field).map(String);
  const maxAge = valueIn(filter, 'maxAge');
  return {
    origins: texts('allowOrigins'),
    methods: texts('allowMethods'),
    headers: texts('allowHeaders'),
    expose: texts('exposeHeaders'),
    credentials: valueIn(filter, 'allowCredentials') === true,
    maxAgeS: typeof maxAge === 'number' ? maxAge : DEFAULT_MAX_AGE_S,
  };
}

/** Whether the request only asks what it would be allowed to do. */
export function isPreflight({ method, headers }: GatewayRequest): boolean {
  return method === 'OPTIONS' && headers['origin'] !== undefined && 'access-control-request-method' in headers;
}

/** The headers that the answer gets; none when the origin isn't allowed. */
export function corsHeaders(rule: Cors, request: GatewayRequest): HeaderEdit {
  const origin = request.headers['origin'];
  if (origin === undefined || !rule.origins.some((allowed) => allows(allowed, origin)))
    return { set: [], add: [], remove: [] };
  const set: [string, string][] = [
    ['access-control-allow-origin', origin],
    ['vary', 'Origin'],
  ];
  if (rule.credentials) set.push(['access-control-allow-credentials', 'true']);
  if (!isPreflight(request)) {
    if (rule.expose.length > 0) set.push(['access-control-expose-headers', rule.expose.join(', ')]);
    return { set, add: [], remove: [] };
  }
  const asked = (list: readonly string[], header: string) =>
    list.includes('*') ? (request.headers[header] ?? '') : list.join(', ');
  const methods = asked(rule.methods, 'access-control-request-method');
  const headers = asked(rule.headers, 'access-control-request-headers');
  if (methods !== '') set.push(['access-control-allow-methods', methods]);
  if (headers !== '') set.push(['access-control-allow-headers', headers]);
  set.push(['access-control-max-age', String(rule.maxAgeS)]);
  return { set, add: [], remove: [] };
}

function allows(pattern: string, origin: string): boolean {
  if (pattern === '*' || pattern === origin) return true;
  const [scheme, host] = [pattern.split('://')[0], pattern.split('://')[1] ?? ''];
  return origin.startsWith(`${scheme}://`) && matchesHost(host, origin.slice(`${scheme}://`.length));
}
