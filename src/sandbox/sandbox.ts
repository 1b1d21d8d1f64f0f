import { customResourceDefinitions } from '../api/crd.ts';
import { Client } from '../kube/client.ts';
import type { Cluster } from '../kube/cluster.ts';
import { createCluster } from '../kube/kube-cluster.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Http } from '../runtime/http.ts';
import { type ServedApi, serveApi } from './api/http.ts';
import { inProcessTransport } from './api/in-process.ts';
import { type ApiServer, createApiServer } from './api/server.ts';
import { type Gateway, startGateway } from './gateway/gateway.ts';
import { createScraper, type ScrapeTarget } from './prometheus/scraper.ts';
import { servePrometheus } from './prometheus/serve.ts';
import { createSeriesStore } from './prometheus/store.ts';
import { routingDefinitions } from './routing-crds.ts';
import { POD, PORT_ANNOTATION } from './workloads/kinds.ts';
import { workerRunner } from './workloads/worker-runner.ts';
import { startWorkloads } from './workloads/workloads.ts';

/** A cluster in this process: API server, workloads, gateway and Prometheus, all on loopback. */
export interface Sandbox {
  readonly server: ApiServer;
  readonly api: ServedApi;
  readonly gateway: Gateway;
  /** Base URL of the Prometheus API. */
  readonly prometheusUrl: string;
  /** For those who set the stage: the sandbox's own view of the cluster. */
  readonly cluster: Cluster;
  stop(): Promise<void>;
}

export interface SandboxOptions {
  readonly clock: Clock;
  readonly http: Http;
  /** Port of the API server; 0, the default, takes a free one. */
  readonly port?: number;
  readonly scrapeIntervalMs?: number;
}

/** Starts everything. Resolves when the API answers and the controllers work. */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const { clock, http } = options;
  const server = createApiServer({ clock, seed: [...customResourceDefinitions(), ...routingDefinitions()] });
  const api = await serveApi(server, { port: options.port ?? 0 });
  const client = new Client(inProcessTransport(server), { clock, userAgent: 'sandbox', qps: 10_000, burst: 10_000 });
  const cluster = createCluster(client, { clock });
  const workloads = startWorkloads({ cluster, clock, runner: workerRunner(clock) });
  await workloads.ready;
  const gateway = await startGateway({ cluster, clock });
  const store = createSeriesStore();
  const scraper = createScraper({
    clock,
    http,
    store,
    targets: () => [...cluster.list(POD).flatMap(podTarget), { url: gateway.metricsUrl, labels: { job: 'gateway' } }],
    intervalMs: options.scrapeIntervalMs ?? 500,
  });
  scraper.start();
  const prometheus = await servePrometheus({ clock, store });
  return {
    server,
    api,
    gateway,
    prometheusUrl: prometheus.url,
    cluster,
    async stop() {
      scraper.stop();
      await gateway.close();
      await prometheus.close();
      await workloads.stop();
      await cluster.close();
      await api.close();
    },
  };
}

/** Pods are scraped under the labels that Prometheus gives them in a cluster. */
function podTarget(pod: KubeObject): ScrapeTarget[] {
  const port = pod.metadata.annotations?.[PORT_ANNOTATION];
  if (port === undefined || dig(pod, 'status', 'phase') !== 'Running') return [];
  const labels = { kubernetes_namespace: pod.metadata.namespace ?? '', kubernetes_pod_name: pod.metadata.name };
  return [{ url: `http://127.0.0.1:${port}/metrics`, labels: { ...labels, instance: `127.0.0.1:${port}` } }];
}
