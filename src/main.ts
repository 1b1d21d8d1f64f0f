import type { Logger } from 'pino';
import type { Mesh } from '../meshes/contract.ts';
import { meshFor } from '../meshes/registry.ts';
import { parseCanary } from './api/parse-canary.ts';
import { Asker } from './canary/ask.ts';
import { Contents } from './canary/contents.ts';
import { CanaryController } from './canary/controller.ts';
import { Herald } from './canary/herald.ts';
import { History } from './canary/history.ts';
import { Measure } from './canary/measure.ts';
import { subject } from './canary/turn.ts';
import { createRoutedTargets, createWorkloads } from './canary/workloads/registry.ts';
import { Written } from './canary/written.ts';
import { Client } from './kube/client.ts';
import { createEventRecorder } from './kube/events.ts';
import { createCluster } from './kube/kube-cluster.ts';
import type { Transport } from './kube/transport.ts';
import { globalDestination } from './notify/global-destination.ts';
import type { RunOptions } from './options.ts';
import type { Clock } from './runtime/clock.ts';
import type { Http } from './runtime/http.ts';
import { type ControllerMetrics, createControllerMetrics } from './runtime/metrics.ts';
import { createQueue } from './runtime/queue.ts';

/** What surrounds the controller: the way to the API server, the way to everything else, and time. */
export interface Surroundings {
  readonly transport: Transport;
  readonly http: Http;
  readonly clock: Clock;
  readonly log: Logger;
  readonly version: string;
}

export interface Sluice {
  /** Resolves when the caches are full and every Canary is being looked after. */
  start(): Promise<void>;
  /**
   * Finishes the decisions in hand, says what is to be said, and closes its connections; `last` is done before they close.
   */
  stop(last?: () => Promise<void>): Promise<void>;
  readonly metrics: ControllerMetrics;
  /** The way to the API server, for the election of a leader. */
  readonly client: Client;
}

/** Canaries looked after at once: they wait for webhooks and metrics most of the time, so the number is no load. */
const CONCURRENCY = 256;

/** The composition root: builds the controller from flags and surroundings. */
export function createSluice(options: RunOptions, around: Surroundings): Sluice {
  const { clock, http, log } = around;
  const metrics = createControllerMetrics();
  metrics.setInfo(around.version, options.meshProvider);
  const client = new Client(around.transport, {
    clock,
    qps: options.kubeconfigQps,
    burst: options.kubeconfigBurst,
    userAgent: `flagger/${around.version} sluice`,
    onAnswer: (verb, code) => metrics.countRequest(verb, code),
  });
  const cluster = createCluster(client, {
    clock,
    namespace: options.namespace === '' ? undefined : options.namespace,
    onTrouble: (kind, error) => log.warn({ kind: kind.kind, err: error }, 'a watch was interrupted and goes on'),
  });
  metrics.setWatchLags(() => cluster.watchLags());
  const contents = new Contents();
  const measure = new Measure({
    cluster,
    http,
    clock,
    metricsServer: options.metricsServer,
    meshProvider: options.meshProvider,
    onWarning: (canary, warning) => log.warn({ canary: subject(canary) }, warning),
  });
  const herald = new Herald({
    cluster,
    http,
    clock,
    metrics,
    log,
    events: createEventRecorder({
      cluster,
      clock,
      component: 'flagger',
      onError: (error) => log.warn({ err: error }, 'an event was not posted'),
    }),
    eventWebhook: options.eventWebhook,
    destination: globalDestination(options),
    clusterName: options.clusterName,
  });
  const mesh = meshes(options);
  const workloadFor = createWorkloads(options);
  const history = new History(cluster, (target) => workloadFor(target.kind)?.revision(target));
  const controller = new CanaryController({
    cluster,
    clock,
    log,
    queue: (process) =>
      createQueue({
        clock,
        concurrency: CONCURRENCY,
        process,
        onDepth: (keys) => metrics.setQueueDepth(keys),
        onError: (key, error) =>
          log.error({ canary: key, err: error }, 'a Canary could not be looked after; trying again'),
      }),
    look: {
      parse: (object) =>
        parseCanary(object, {
          meshProvider: options.meshProvider,
          noCrossNamespaceRefs: options.noCrossNamespaceRefs,
          minIntervalMs: options.minIntervalMs,
          capabilities: (provider) => mesh(provider)?.can,
        }),
      meshFor: mesh,
      workloadFor,
      routedFor: createRoutedTargets(options),
      contents,
      history,
      written: new Written(),
      configTracking: options.enableConfigTracking,
    },
    ask: new Asker({ cluster, http, clock, measure, contents, history }),
    herald,
    render: { ownsRoutes: true, includeLabelPrefix: options.includeLabelPrefix },
  });
  return {
    metrics,
    client,
    start: () => controller.start(),
    async stop(last = async () => {}) {
      await controller.stop();
      await last();
      await cluster.close();
    },
  };
}

/** Adapters are made once per provider. */
function meshes(options: RunOptions): (provider: string) => Mesh | undefined {
  const made = new Map<string, Mesh | undefined>();
  return (provider) => {
    if (!made.has(provider)) made.set(provider, meshFor(provider, options));
    return made.get(provider);
  };
}
