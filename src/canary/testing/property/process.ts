import { pino } from 'pino';
import { meshFor } from '../../../../meshes/registry.ts';
import type { Canary, Parsed } from '../../../api/canary.ts';
import { parseCanary } from '../../../api/parse-canary.ts';
import type { EventRecorder } from '../../../kube/events.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { ControllerMetrics } from '../../../runtime/metrics.ts';
import { createQueue } from '../../../runtime/queue.ts';
import { Asker } from '../../ask.ts';
import { Contents } from '../../contents.ts';
import { CanaryController } from '../../controller.ts';
import { Herald } from '../../herald.ts';
import { History } from '../../history.ts';
import { createRoutedTargets, createWorkloads } from '../../workloads/registry.ts';
import { Written } from '../../written.ts';
import type { ControllerView } from './controller-view.ts';
import { type ScriptedAnswers, ScriptedMeasure, scriptedHttp } from './scripted-answers.ts';

const log = pino({ level: 'silent' });
const metrics: ControllerMetrics = {
  setInfo() {},
  setTotal() {},
  setStatus() {},
  setWeights() {},
  setMetric() {},
  observeDuration() {},
  countRun() {},
  countRequest() {},
  setQueueDepth() {},
  setWatchLags() {},
  text: async () => '',
  contentType: 'text/plain',
};
const events: EventRecorder = { record() {}, annotate() {}, isBehind: () => false, flush: async () => {} };
const mesh = { ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io', ingressClass: '' };
const adapters = new Map(
  ['istio', 'gatewayapi:v1', 'nginx', 'kubernetes'].map((name) => [name, meshFor(name, mesh)] as const),
);
const workloadOptions = { selectorLabels: ['app'], includeLabelPrefix: [] };

/** Parsing is pure, and each version of a Canary is looked at many times. */
const parsed = new WeakMap<KubeObject, Parsed<Canary>>();

function parse(object: KubeObject): Parsed<Canary> {
  const known = parsed.get(object);
  if (known) return known;
  const capabilities = (provider: string) => adapters.get(provider)?.can;
  const result = parseCanary(object, { meshProvider: 'istio', noCrossNamespaceRefs: false, capabilities });
  parsed.set(object, result);
  return result;
}

export interface ProcessParts {
  readonly view: ControllerView;
  readonly clock: Clock;
  readonly answers: ScriptedAnswers;
  /** An attempt to look after the Canary was thrown out. */
  readonly onError: (error: unknown) => void;
}

/** A controller as the product composes it, on a cluster in memory; events and gauges go nowhere. */
export function startProcess({ view, clock, answers, onError }: ProcessParts): Promise<void> {
  const http = scriptedHttp(answers, () => view.alive());
  const contents = new Contents();
  const workloadFor = createWorkloads(workloadOptions);
  const history = new History(view, (target) => workloadFor(target.kind)?.revision(target));
  const measureParts = {
    cluster: view,
    http,
    clock,
    metricsServer: 'http://prometheus.test',
    meshProvider: 'istio',
    onWarning() {},
  };
  const measure = new ScriptedMeasure(measureParts, answers);
  const controller = new CanaryController({
    cluster: view,
    clock,
    log,
    queue: (process) => createQueue({ clock, concurrency: 1, process, onError: (_, error) => onError(error) }),
    look: {
      parse,
      meshFor: (provider) => adapters.get(provider),
      workloadFor,
      routedFor: createRoutedTargets(workloadOptions),
      contents,
      history,
      written: new Written(),
      configTracking: true,
    },
    ask: new Asker({ cluster: view, http, clock, measure, contents, history }),
    herald: new Herald({
      cluster: view,
      events,
      http,
      clock,
      metrics,
      log,
      eventWebhook: '',
      destination: undefined,
      clusterName: '',
    }),
    render: { ownsRoutes: true, includeLabelPrefix: [] },
  });
  return controller.start();
}
