import { Counter, Gauge, Histogram, Registry } from 'prom-client';

/** What the controller tells about itself. Names and labels of the first block are the reference's. */
export interface ControllerMetrics {
  setInfo(version: string, meshProvider: string): void;
  setTotal(namespace: string, canaries: number): void;
  /** 0 progressing, 1 any other phase, 2 failed. `name` is the target's, as in the reference. */
  setStatus(name: string, namespace: string, value: 0 | 1 | 2): void;
  /** Percent of the apex traffic. */
  setWeights(target: string, namespace: string, primary: number, canary: number): void;
  setMetric(name: string, namespace: string, metric: string, value: number): void;
  observeDuration(name: string, namespace: string, seconds: number): void;
  countRun(
    name: string,
    namespace: string,
    outcome: 'succeeded' | 'failed',
    strategy: string,
    status: 'completed' | 'skipped',
  ): void;

  /** Requests to the API server; code 0 = no answer. */
  countRequest(verb: string, code: number): void;
  setQueueDepth(keys: number): void;
  /** Where to read, whenever the metrics are asked for, how far each watch is behind. */
  setWatchLags(read: () => Iterable<{ readonly kind: string; readonly ms: number }>): void;
  /** The Prometheus text format. */
  text(): Promise<string>;
  readonly contentType: string;
}

/** A registry of its own: nothing is shared between two controllers of one process. */
export function createControllerMetrics(): ControllerMetrics {
  const registers = [new Registry()];
  const registry = registers[0] as Registry;
  const gauge = (name: string, help: string, labelNames: string[]) => new Gauge({ name, help, labelNames, registers });
  const counter = (name: string, help: string, labelNames: string[]) =>
    new Counter({ name, help, labelNames, registers });
  const run = ['name', 'namespace', 'deployment_strategy', 'analysis_status'];

  const info = gauge('flagger_info', 'Version and mesh provider of the controller', ['version', 'mesh_provider']);
  const total = gauge('flagger_canary_total', 'Number of canaries', ['namespace']);
  const status = gauge('flagger_canary_status', '0 progressing, 1 at rest, 2 failed', ['name', 'namespace']);
  const weight = gauge('flagger_canary_weight', 'Share of the traffic in percent', ['workload', 'namespace']);
  const analysis = gauge('flagger_canary_metric_analysis', 'Last value of a check', ['name', 'namespace', 'metric']);
  const duration = new Histogram({
    name: 'flagger_canary_duration_seconds',
    help: 'Time that one analysis step took',
    labelNames: ['name', 'namespace'],
    registers,
  });
  const successes = counter('flagger_canary_successes_total', 'Promotions', run);
  const failures = counter('flagger_canary_failures_total', 'Rollbacks', run);
  const requests = counter('sluice_api_requests_total', 'Requests to the API server', ['verb', 'code']);
  const depth = gauge('sluice_queue_depth', 'Canaries that wait to be looked at', []);
  let watchLags: Parameters<ControllerMetrics['setWatchLags']>[0] = () => [];
  const lag = new Gauge({
    name: 'sluice_watch_lag_seconds',
    help: 'Time from the answer to a write until the watch of its kind tells of it',
    labelNames: ['kind'],
    registers,
    collect() {
      for (const { kind, ms } of watchLags()) lag.set({ kind }, ms / 1000);
    },
  });

  return {
    setInfo: (version, mesh_provider) => info.set({ version, mesh_provider }, 1),
    setTotal: (namespace, canaries) => total.set({ namespace }, canaries),
    setStatus: (name, namespace, value) => status.set({ name, namespace }, value),
    setWeights(target, namespace, primary, canary) {
      weight.set({ workload: `${target}-primary`, namespace }, primary);
      weight.set({ workload: target, namespace }, canary);
    },
    setMetric: (name, namespace, metric, value) => analysis.set({ name, namespace, metric }, value),
    observeDuration: (name, namespace, seconds) => duration.observe({ name, namespace }, seconds),
    countRun(name, namespace, outcome, deployment_strategy, analysis_status) {
      const labels = { name, namespace, deployment_strategy, analysis_status };
      (outcome === 'succeeded' ? successes : failures).inc(labels);
    },
    countRequest: (verb, code) => requests.inc({ verb, code: String(code) }),
    setQueueDepth: (keys) => depth.set(keys),
    setWatchLags(read) {
      watchLags = read;
    },
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
