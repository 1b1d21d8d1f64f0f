import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Cluster } from '../../kube/cluster.ts';
import type { Kind, KubeObject } from '../../kube/object.ts';
import type { Clock } from '../../runtime/clock.ts';
import { LOOPBACK, listen } from '../../runtime/listening.ts';
import { createQueue, type Queue } from '../../runtime/queue.ts';
import { ENDPOINT_SLICE, isKind, SERVICE } from '../workloads/kinds.ts';
import { Directory } from './directory.ts';
import { Forwarder, fail, MAX_BODY_BYTES } from './forwarder.ts';
import { GatewayMetrics, type Served } from './gateway-metrics.ts';
import { editHeaders } from './header-edits.ts';
import type { IngressOptions } from './ingress.ts';
import type { GatewayRequest } from './matching.ts';
import { type MetricsServer, serveMetrics } from './metrics-server.ts';
import { RouteStatusWriter } from './route-status.ts';
import type { RouteTable } from './route-table.ts';
import { buildTable, type Decision, pick, type Respond } from './routes.ts';
import { Upstreams } from './upstreams.ts';

const INGRESS: Kind = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress' };
const ROUTE_V1: Kind = { apiVersion: 'gateway.networking.k8s.io/v1', kind: 'HTTPRoute' };
const ROUTE_V1BETA1: Kind = { apiVersion: 'gateway.networking.k8s.io/v1beta1', kind: 'HTTPRoute' };
const CLIENT_KEEP_ALIVE_MS = 65_000;

export interface GatewayOptions {
  readonly cluster: Cluster;
  readonly clock: Clock;
  /** 0, the default, takes a free one. */
  readonly port?: number;
  /** From 0 up to 1; decides by weights. */
  readonly random?: () => number;
  /** Ingresses of this class and of none are served; `nginx`. */
  readonly ingressClass?: string;
  /** Of the canary annotations; `nginx.ingress.kubernetes.io`. */
  readonly annotationPrefix?: string;
  /** Told of failures to write a status, which are retried; by default nobody is told. */
  readonly onError?: (error: unknown, key: string) => void;
}

export interface Gateway {
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** Where the metrics are served. */
  readonly metricsUrl: string;
  /** Takes no more connections and resolves when the requests in hand are answered. */
  close(): Promise<void>;
  /** Metrics in the Prometheus text format. */
  metrics(): Promise<string>;
}

/**
 * Serves HTTP on loopback by the HTTPRoutes and Ingresses of the cluster, whatever Gateway they name, and writes the status
 * of HTTPRoutes. Changes take effect with the next request. Requests go to ready endpoints only, in turn; an endpoint that
 * isn't ready any more gets no new ones, and those in hand finish. Resolves when the caches are full.
 */
export async function startGateway(options: GatewayOptions): Promise<Gateway> {
  const gateway = new HttpGateway(options);
  await gateway.start(options.port ?? 0);
  return gateway;
}

class HttpGateway implements Gateway {
  readonly #cluster: Cluster;
  readonly #random: () => number;
  readonly #ingress: IngressOptions;
  readonly #directory: Directory;
  readonly #upstreams: Upstreams;
  readonly #forwarder: Forwarder;
  readonly #metrics = new GatewayMetrics();
  readonly #status: RouteStatusWriter;
  readonly #queue: Queue;
  readonly #server: Server;
  #routeKind = ROUTE_V1;
  #table: RouteTable | undefined;
  #stopListening = () => {};
  #closing = false;
  #metricsServer: MetricsServer | undefined;
  url = '';

  constructor({ cluster, clock, random, ingressClass, annotationPrefix, onError }: GatewayOptions) {
    this.#cluster = cluster;
    this.#random = random ?? Math.random;
    this.#ingress = {
      ingressClass: ingressClass ?? 'nginx',
      prefix: annotationPrefix ?? 'nginx.ingress.kubernetes.io',
    };
    this.#directory = new Directory(cluster);
    this.#upstreams = new Upstreams(this.#directory);
    this.#forwarder = new Forwarder(this.#upstreams, clock);
    this.#status = new RouteStatusWriter(cluster, clock, () => this.#routeKind);
    this.#queue = createQueue({
      clock,
      concurrency: 4,
      process: (key) => this.#status.visit(key),
      onError: (key, error) => onError?.(error, key),
    });
    this.#server = createServer((request, response) => void this.#serve(request, response));
    this.#server.keepAliveTimeout = CLIENT_KEEP_ALIVE_MS;
  }

  async start(port: number): Promise<void> {
    const kinds = [INGRESS, ROUTE_V1, SERVICE, ENDPOINT_SLICE];
    await Promise.all(kinds.map((kind) => this.#cluster.watch(kind)));
    if (this.#cluster.state(ROUTE_V1) === 'notServed' && (await this.#cluster.watch(ROUTE_V1BETA1)) === 'synced') {
      this.#routeKind = ROUTE_V1BETA1;
    }
    this.#stopListening = this.#cluster.onChange(({ object }) => this.#changed(object));
    for (const route of this.#cluster.list(this.#routeKind)) this.#changed(route);
    this.#metricsServer = await serveMetrics(() => this.metrics());
    this.url = `http://${LOOPBACK}:${await listen(this.#server, { port })}`;
  }

  get metricsUrl(): string {
    return this.#metricsServer?.url ?? '';
  }

  metrics(): Promise<string> {
    return this.#metrics.page();
  }

  async close(): Promise<void> {
    this.#stopListening();
    this.#closing = true;
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()));
    this.#server.closeIdleConnections();
    await closed;
    await this.#queue.drain();
    await this.#upstreams.close();
    await this.#metricsServer?.close();
  }

  #changed(object: KubeObject): void {
    if (this.#directory.changed(object)) this.#upstreams.sweep();
    if (isKind(object, INGRESS) || isKind(object, this.#routeKind)) this.#table = undefined;
    for (const key of this.#status.concerns(object)) this.#queue.add(key);
  }

  #routes(): RouteTable {
    this.#table ??= buildTable(
      { httpRoutes: this.#cluster.list(this.#routeKind), ingresses: this.#cluster.list(INGRESS) },
      this.#ingress,
    );
    return this.#table;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const startedMs = performance.now();
    // a connection that falls idle after the end of service is in its way
    response.once('close', () => setImmediate(() => this.#closing && this.#server.closeIdleConnections()));
    const body = await readBody(request);
    if (body === 'cut') return;
    if (body === 'tooLarge') {
      response.setHeader('connection', 'close');
      return fail(response, 413, 'the body is too large');
    }
    const decision = pick(this.#routes(), gatewayRequest(request), this.#random);
    const served = await this.#answer(decision, request, response, body);
    const seconds = (performance.now() - startedMs) / 1000;
    this.#metrics.count(decision, request.method ?? 'GET', response.statusCode, seconds, served);
  }

  async #answer(
    decision: Decision,
    request: IncomingMessage,
    response: ServerResponse,
    body: Buffer | undefined,
  ): Promise<Served> {
    if (decision.kind === 'forward') return this.#forwarder.forward({ request, response, body, decision });
    respond(decision, response);
    return { service: '', canary: '' };
  }
}

function respond({ status, headers, why }: Respond, response: ServerResponse): void {
  const edited = editHeaders({ 'content-type': 'text/plain' }, headers);
  for (const [name, value] of Object.entries(edited)) if (value !== undefined) response.setHeader(name, value);
  response.writeHead(status).end(status === 204 ? undefined : `${why}\n`);
}

function gatewayRequest({ method = 'GET', url = '/', headers }: IncomingMessage): GatewayRequest {
  const mark = url.indexOf('?');
  const texts = Object.entries(headers).map(([name, value]) => [name, String(value ?? '')]);
  return {
    method,
    host: (headers.host ?? '').replace(/:\d+$/, '').toLowerCase(),
    path: mark < 0 ? url : url.slice(0, mark),
    query: mark < 0 ? '' : url.slice(mark),
    headers: Object.fromEntries(texts),
  };
}

/** `cut`: the client went away. `undefined`: there is no body. */
async function readBody(request: IncomingMessage): Promise<Buffer | 'tooLarge' | 'cut' | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    // the connection is still needed for the answer when reading ends early
    for await (const chunk of request.iterator({ destroyOnReturn: false })) {
      bytes += (chunk as Buffer).length;
      if (bytes > MAX_BODY_BYTES) return 'tooLarge';
      chunks.push(chunk as Buffer);
    }
  } catch {
    return 'cut';
  }
  return bytes === 0 ? undefined : Buffer.concat(chunks);
}
