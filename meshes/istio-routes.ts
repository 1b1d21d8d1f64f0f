import type { Canary, HeaderOperations, HttpMatch } from '../src/api/canary.ts';
import type { JsonObject } from '../src/kube/object.ts';
import type { RouteRequest } from './contract.ts';
import { affinityOf, type StickyCookie } from './cookies.ts';
import { crossMatch } from './cross-match.ts';
import { present } from './present.ts';

/** Whether the apex speaks plain TCP: no conditions, mirror or cookies then. */
export function isTcp({ service }: Canary): boolean {
  return service.appProtocol?.toLowerCase() === 'tcp';
}

/** The `http` or `tcp` list of a VirtualService. */
export function istioRoutes(request: RouteRequest): JsonObject {
  return isTcp(request.canary) ? { tcp: [tcpRoute(request)] } : { http: httpRoutes(request) };
}

function tcpRoute({ canary, traffic }: RouteRequest): JsonObject {
  const match = canary.service.match.map(({ port }) => present({ port }));
  return { ...present({ match }), route: split(canary, traffic.primary, traffic.canary) };
}

function httpRoutes(request: RouteRequest): JsonObject[] {
  const { canary, traffic } = request;
  const base = { ...baseRoute(canary), ...(traffic.mirror ? mirrorOf(canary) : {}) };
  if (canary.analysis.match.length > 0) return abRoutes(request, base);
  const weighted = { ...base, route: split(canary, traffic.primary, traffic.canary) };
  const affinity = affinityOf(request);
  switch (affinity.kind) {
    case 'none':
      return [weighted];
    case 'drop':
      return [dropping(weighted, affinity.previous, canary), weighted];
    case 'split':
      return stickyRoutes(request, base, affinity);
  }
}

/** Everything of a route but its destinations. */
function baseRoute({ service }: Canary): JsonObject {
  const { match, rewrite, timeout, retries, corsPolicy, headers } = service;
  return present({
    match,
    rewrite: present({ uri: rewrite?.uri, authority: rewrite?.authority }),
    timeout,
    retries,
    corsPolicy: present({ ...corsPolicy, allowCredentials: corsPolicy?.allowCredentials || undefined }),
    headers: headersOf(headers?.request, headers?.response),
  });
}

function headersOf(request: HeaderOperations = {}, response: HeaderOperations = {}): JsonObject {
  return present({ request: present({ ...request }), response: present({ ...response }) });
}

function mirrorOf({ service, analysis }: Canary): JsonObject {
  const { mirrorWeight = 0 } = analysis;
  const percentage = mirrorWeight > 0 ? { mirrorPercentage: { value: mirrorWeight } } : {};
  return { mirror: { host: service.canaryName }, ...percentage };
}

function split(canary: Canary, primary: number, canaryWeight: number): JsonObject[] {
  const { primaryName, canaryName } = canary.service;
  return [destination(canary, primaryName, primary), destination(canary, canaryName, canaryWeight)];
}

/** With several ports in a Service, a gateway or delegating route must say which one it means. */
function destination({ service }: Canary, host: string, weight: number): JsonObject {
  const { gateways, delegation, portDiscovery, port } = service;
  const fromGateway = gateways[0] !== undefined && gateways[0] !== 'mesh';
  const named = portDiscovery && (fromGateway || delegation);
  return { destination: { host, ...(named ? { port: { number: port } } : {}) }, weight };
}

/**
 * Requests of the audience are split, all others stay on the primary. Its weight there means nothing, a single destination
 * gets everything; it is written as the reference writes it.
 */
function abRoutes({ canary, traffic }: RouteRequest, base: JsonObject): JsonObject[] {
  const { match: audiences } = canary.analysis;
  const { match: scopes, primaryName } = canary.service;
  const match = scopes.length > 0 ? crossMatch(audiences, scopes, withinScope) : audiences;
  return [
    { ...base, ...present({ match }), route: split(canary, traffic.primary, traffic.canary) },
    { ...baseRoute(canary), route: [destination(canary, primaryName, traffic.primary)] },
  ];
}

function withinScope({ headers, sourceLabels }: HttpMatch, scope: HttpMatch): HttpMatch {
  return { ...scope, ...present({ headers, sourceLabels }) };
}

interface Sticky {
  readonly canary: StickyCookie;
  readonly primary: StickyCookie | undefined;
}

function stickyRoutes({ canary, traffic }: RouteRequest, base: JsonObject, sticky: Sticky): JsonObject[] {
  const [primary, ours] = split(canary, traffic.primary, traffic.canary);
  const plain = baseRoute(canary);
  return [
    { ...plain, match: withCookie(canary, sticky.canary), route: split(canary, 0, 100) },
    ...(sticky.primary ? [{ ...base, match: withCookie(canary, sticky.primary), route: split(canary, 100, 0) }] : []),
    {
      ...base,
      route: [
        { ...primary, ...setting(sticky.primary) },
        { ...ours, ...setting(sticky.canary) },
      ],
    },
  ];
}

function withCookie({ service }: Canary, { regex }: StickyCookie): JsonObject[] {
  const scopes: readonly HttpMatch[] = service.match.length > 0 ? service.match : [{}];
  return scopes.map((scope) => present({ ...scope, headers: { ...scope.headers, Cookie: { regex } } }));
}

function setting(cookie: StickyCookie | undefined): JsonObject {
  return cookie ? { headers: { response: { add: { 'Set-Cookie': cookie.setCookie } } } } : {};
}

function dropping(weighted: JsonObject, previous: StickyCookie, canary: Canary): JsonObject {
  const { request, response } = canary.service.headers ?? {};
  const add = { ...response?.add, 'Set-Cookie': previous.setCookie };
  return { ...weighted, match: withCookie(canary, previous), headers: headersOf(request, { ...response, add }) };
}
