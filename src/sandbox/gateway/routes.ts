import type { KubeObject } from '../../kube/object.ts';
import { goesToCanary } from './canary-rule.ts';
import { corsHeaders, isPreflight } from './cors.ts';
import type { HeaderEdit } from './header-edits.ts';
import { readHttpRoute } from './http-route.ts';
import { type IngressOptions, readIngresses } from './ingress.ts';
import { compareConditions, compareHosts, type GatewayRequest, matches, matchesHost } from './matching.ts';
import { redirectLocation, rewrittenPath } from './rewrite.ts';
import type { Action, Backend, Entry, Filters, RouteTable, VirtualHost, WeightedBackend } from './route-table.ts';

export interface RoutingObjects {
  readonly httpRoutes: readonly KubeObject[];
  readonly ingresses: readonly KubeObject[];
}

/** Whose rule decided, for metrics. */
export interface Origin {
  readonly kind: Action['kind'];
  readonly namespace: string;
  readonly name: string;
  readonly host: string;
  readonly path: string;
  /** Of the main backend of an Ingress; of the chosen one of an HTTPRoute, empty when none could be chosen. */
  readonly service: string;
}

export interface Forward {
  readonly kind: 'forward';
  readonly origin: Origin;
  readonly backend: Backend;
  /** Whether the backend is the alternative of an Ingress. */
  readonly canary: boolean;
  /** Taken when `backend` has no ready endpoint. */
  readonly otherwise: Backend | undefined;
  readonly mirrors: readonly Backend[];
  /** With query. */
  readonly path: string;
  /** Replaces the host header. */
  readonly host: string | undefined;
  readonly requestEdits: readonly HeaderEdit[];
  readonly responseEdits: readonly HeaderEdit[];
  readonly timeoutMs: number | undefined;
  readonly backendTimeoutMs: number | undefined;
}

/** The gateway answers by itself. */
export interface Respond {
  readonly kind: 'respond';
  /** Absent when no rule took the request. */
  readonly origin: Origin | undefined;
  readonly status: number;
  readonly headers: readonly HeaderEdit[];
  readonly why: string;
}

export type Decision = Forward | Respond;

/** Builds the table of all rules, sorted so that the first match is the right one. Routes with a problem are left out. */
export function buildTable(objects: RoutingObjects, options: IngressOptions): RouteTable {
  const routes = byAge(objects.httpRoutes).flatMap((route) => {
    const read = readHttpRoute(route);
    return 'entries' in read ? read.entries : [];
  });
  return { routes: virtualHosts(routes), ingresses: virtualHosts(readIngresses(byAge(objects.ingresses), options)) };
}

/** Oldest first, then by name: the Gateway API lets the older route win. */
function byAge(objects: readonly KubeObject[]): readonly KubeObject[] {
  const key = ({ metadata }: KubeObject) =>
    `${metadata.creationTimestamp ?? ''} ${metadata.namespace}/${metadata.name}`;
  return objects.toSorted((a, b) => (key(a) < key(b) ? -1 : 1));
}

function virtualHosts(entries: readonly Entry[]): readonly VirtualHost[] {
  const hosts = Map.groupBy(entries, (entry) => entry.host);
  return [...hosts]
    .map(([host, own]) => ({ host, entries: own.toSorted((a, b) => compareConditions(a.condition, b.condition)) }))
    .toSorted((a, b) => compareHosts(a.host, b.host));
}

/** Decides where a request goes. `random` gives numbers from 0 up to 1. */
export function pick(table: RouteTable, request: GatewayRequest, random: () => number): Decision {
  const entry = find(table.routes, request) ?? find(table.ingresses, request);
  if (!entry) return { kind: 'respond', origin: undefined, status: 404, headers: [], why: 'no route' };
  return entry.action.kind === 'Ingress'
    ? byIngress(entry, entry.action, request, random)
    : byRoute(entry, entry.action, request, random);
}

function find(hosts: readonly VirtualHost[], request: GatewayRequest): Entry | undefined {
  const own = hosts.find(({ host }) => matchesHost(host, request.host));
  return own?.entries.find(({ condition }) => matches(condition, request));
}

function originOf({ namespace, name, host, condition, action }: Entry, service: string): Origin {
  return { kind: action.kind, namespace, name, host, path: condition.path.value, service };
}

type IngressAction = Extract<Action, { kind: 'Ingress' }>;
type RouteAction = Extract<Action, { kind: 'HTTPRoute' }>;

function byIngress(entry: Entry, action: IngressAction, request: GatewayRequest, random: () => number): Decision {
  const { backend, canary } = action;
  const alternative = canary && goesToCanary(canary, request, random) ? canary.backend : undefined;
  return {
    kind: 'forward',
    origin: originOf(entry, backend.service),
    backend: alternative ?? backend,
    canary: alternative !== undefined,
    otherwise: alternative && backend,
    mirrors: [],
    path: `${request.path}${request.query}`,
    host: undefined,
    requestEdits: [],
    responseEdits: [],
    timeoutMs: undefined,
    backendTimeoutMs: undefined,
  };
}

function byRoute(entry: Entry, action: RouteAction, request: GatewayRequest, random: () => number): Decision {
  const { filters } = action;
  const cors = filters.cors ? [corsHeaders(filters.cors, request)] : [];
  const respond = (status: number, headers: readonly HeaderEdit[], why: string): Respond => {
    return { kind: 'respond', origin: originOf(entry, ''), status, headers, why };
  };
  if (filters.cors && isPreflight(request)) return respond(204, cors, 'preflight');
  if (filters.redirect) {
    const location = redirectLocation(filters.redirect, entry.condition, request);
    return respond(filters.redirect.status, [{ set: [['location', location]], add: [], remove: [] }], 'redirect');
  }
  const chosen = byWeight(action.backends, random);
  if (!chosen?.backend) return respond(500, cors, 'no backend that could be used');
  return forwardTo(entry, action, chosen, chosen.backend, cors, request, random);
}

function forwardTo(
  entry: Entry,
  action: RouteAction,
  chosen: WeightedBackend,
  backend: Backend,
  cors: readonly HeaderEdit[],
  request: GatewayRequest,
  random: () => number,
): Forward {
  const all: readonly Filters[] = [action.filters, chosen.filters];
  const rewrite = chosen.filters.rewrite ?? action.filters.rewrite;
  const mirrors = all.flatMap((filters) => filters.mirrors).filter(({ share }) => share >= 1 || random() < share);
  return {
    kind: 'forward',
    origin: originOf(entry, backend.service),
    backend,
    canary: false,
    otherwise: undefined,
    mirrors: mirrors.map((mirror) => mirror.backend),
    path: `${rewrittenPath(rewrite?.path, entry.condition, request.path)}${request.query}`,
    host: rewrite?.host,
    requestEdits: all.flatMap((filters) => filters.request),
    responseEdits: [...all.flatMap((filters) => filters.response), ...cors],
    timeoutMs: action.timeoutMs,
    backendTimeoutMs: action.backendTimeoutMs,
  };
}

function byWeight(backends: readonly WeightedBackend[], random: () => number): WeightedBackend | undefined {
  const weighted = backends.filter(({ weight }) => weight > 0);
  const total = weighted.reduce((sum, { weight }) => sum + weight, 0);
  let point = weighted.length > 1 ? random() * total : 0;
  return weighted.find(({ weight }) => {
    point -= weight;
    return point < 0;
  });
}
