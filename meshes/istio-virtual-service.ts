import type { Canary, HttpMatch } from '../src/api/canary.ts';
import type { RouteRequest } from './contract.ts';
import { given } from './object.ts';

type Json = Readonly<Record<string, unknown>>;

/** Whether the Canary's traffic is plain TCP, which has weights and nothing else. */
export function isTcp(canary: Canary): boolean {
  return canary.service.appProtocol?.toLowerCase() === 'tcp';
}

/** The whole spec of the apex VirtualService. */
export function virtualServiceSpec(request: RouteRequest): Json {
  const { canary } = request;
  const routes = isTcp(canary) ? { tcp: [tcpRoute(request)] } : { http: httpRoutes(request) };
  const { delegation, apexName } = canary.service;
  if (delegation) return routes;
  const { hosts, gateways } = canary.service;
  const known = hosts.includes(apexName) || hosts.includes('*');
  return {
    hosts: known ? hosts : [...hosts, apexName],
    gateways: gateways.length > 0 ? gateways : ['mesh'],
    ...routes,
  };
}

function tcpRoute(request: RouteRequest): Json {
  const ports = request.canary.service.match.map(({ port }) => given({ port }));
  return { ...(ports.length > 0 ? { match: ports } : {}), route: destinations(request) };
}

function httpRoutes(request: RouteRequest): Json[] {
  const { canary, traffic } = request;
  const { service, analysis } = canary;
  const rewrite = service.rewrite && given({ uri: service.rewrite.uri, authority: service.rewrite.authority });
  const shared = given({
    rewrite,
    timeout: service.timeout,
    retries: service.retries,
    corsPolicy: service.corsPolicy,
    headers: service.headers,
  });
  const match = service.match.length > 0 ? { match: service.match } : {};
  if (analysis.match.length === 0) {
    return [{ ...match, ...shared, route: destinations(request), ...mirror(request) }];
  }
  const fallback = { destination: destination(canary, service.primaryName), weight: traffic.primary };
  return [
    { match: joined(analysis.match, service.match), ...shared, route: destinations(request) },
    { ...match, ...shared, route: [fallback] },
  ];
}

/** Both conditions must hold; of the analysis only headers and source labels count (Flagger compatibility). */
function joined(analysis: readonly HttpMatch[], service: readonly HttpMatch[]): readonly HttpMatch[] {
  if (service.length === 0) return analysis;
  return analysis.flatMap(({ headers, sourceLabels }) =>
    service.map((match) => ({
      ...match,
      ...(headers ? { headers } : {}),
      ...(sourceLabels ? { sourceLabels } : {}),
    })),
  );
}

function mirror({ canary, traffic }: RouteRequest): Json {
  if (!traffic.mirror) return {};
  const { mirrorWeight } = canary.analysis;
  return {
    mirror: { host: canary.service.canaryName },
    ...(mirrorWeight !== undefined && mirrorWeight > 0 ? { mirrorPercentage: { value: mirrorWeight } } : {}),
  };
}

function destinations({ canary, traffic }: RouteRequest): Json[] {
  const { primaryName, canaryName } = canary.service;
  return [
    { destination: destination(canary, primaryName), weight: traffic.primary },
    { destination: destination(canary, canaryName), weight: traffic.canary },
  ];
}

/** A Service with several ports needs the number where traffic comes from outside the mesh. */
function destination(canary: Canary, host: string): Json {
  const { portDiscovery, gateways, delegation, port } = canary.service;
  const outside = delegation || (gateways[0] !== undefined && gateways[0] !== 'mesh');
  return portDiscovery && outside ? { host, port: { number: port } } : { host };
}
