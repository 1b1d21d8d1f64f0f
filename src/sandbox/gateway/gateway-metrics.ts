import { Counter, Histogram, Registry } from 'prom-client';
import type { Decision } from './routes.ts';

const INGRESS_LABELS = ['namespace', 'ingress', 'service', 'canary', 'host', 'path', 'method', 'status'] as const;
const ROUTE_LABELS = ['namespace', 'route', 'backend', 'status'] as const;
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/** Counts answered requests in the series that ingress-nginx has, and in some of the sandbox's own. */
export class GatewayMetrics {
  readonly #registry = new Registry();
  readonly #requests: Counter<(typeof INGRESS_LABELS)[number]>;
  readonly #durations: Histogram<(typeof INGRESS_LABELS)[number]>;
  readonly #all: Counter<(typeof ROUTE_LABELS)[number]>;

  constructor() {
    const registers = [this.#registry];
    this.#requests = new Counter({
      name: 'nginx_ingress_controller_requests',
      help: 'Client requests by Ingress.',
      labelNames: INGRESS_LABELS,
      registers,
    });
    this.#durations = new Histogram({
      name: 'nginx_ingress_controller_response_duration_seconds',
      help: 'Seconds from the request to the end of its answer, by Ingress.',
      labelNames: INGRESS_LABELS,
      buckets: BUCKETS,
      registers,
    });
    this.#all = new Counter({
      name: 'sandbox_gateway_requests_total',
      help: 'Client requests by route and backend Service.',
      labelNames: ROUTE_LABELS,
      registers,
    });
  }

  /**
   * @param service the backend that answered or was asked, empty when there was none
   * @param canary whether it is the alternative of an Ingress
   */
  count(decision: Decision, method: string, status: number, seconds: number, served: Served): void {
    const { origin } = decision;
    const { namespace = '', name: route = '' } = origin ?? {};
    this.#all.inc({ namespace, route, backend: served.service, status });
    if (origin?.kind !== 'Ingress') return;
    const { host, path, service } = origin;
    const labels = { namespace, ingress: origin.name, service, canary: served.canary, host, path, method, status };
    this.#requests.inc(labels);
    this.#durations.observe(labels, seconds);
  }

  /** The page in the Prometheus text format. */
  page(): Promise<string> {
    return this.#registry.metrics();
  }
}

/** Who served a request. */
export interface Served {
  /** Backend Service; empty when the gateway answered by itself. */
  readonly service: string;
  /** Upstream name of the alternative (`namespace-service-port`) as ingress-nginx has it, empty for the main backend. */
  readonly canary: string;
}
