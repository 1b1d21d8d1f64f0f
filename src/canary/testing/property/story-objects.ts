import type { JsonObject, KubeObject } from '../../../kube/object.ts';
import { DEADLINE_SECONDS, type Edit, type HookScript, type MetricScript, type Story, type Strategy } from './story.ts';

export const NAMESPACE = 'test';
const owned = { namespace: NAMESPACE };

/** Image of a revision; the first one is 0. */
export function imageOf(revision: number): string {
  return `web:${revision}`;
}

/** What is there before the controller starts: the target, its configs, what its routes need; the Canary last. */
export function objectsOfStory(story: Story): KubeObject[] {
  return [
    ...Array.from({ length: story.configs }, (_, i) => configOf(i, 0)),
    targetOf(story),
    ...(story.adopted ? [apexOf()] : []),
    ...(story.provider === 'nginx' ? [ingress] : []),
    ...(story.autoscaled ? [scaler] : []),
    canaryOf(story),
  ];
}

/** A ConfigMap with content that differs from version to version. */
export function configOf(index: number, version: number): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'ConfigMap',
    metadata: { ...owned, name: `config-${index}` },
    data: { v: `${version}` },
  };
}

export function targetOf({ target, replicas, configs }: Story, image = imageOf(0)): KubeObject {
  const envFrom = Array.from({ length: configs }, (_, i) => ({ configMapRef: { name: `config-${i}` } }));
  return {
    apiVersion: 'apps/v1',
    kind: target,
    metadata: { ...owned, name: 'web', labels: { app: 'web' } },
    spec: {
      ...(target === 'DaemonSet' ? {} : { replicas }),
      selector: { matchLabels: { app: 'web' } },
      template: {
        metadata: { labels: { app: 'web' } },
        spec: { containers: [{ name: 'web', image, ports: [{ containerPort: 80 }], envFrom }] },
      },
    },
  };
}

function apexOf(): KubeObject {
  const spec = { type: 'ClusterIP', selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 80 }] };
  return { apiVersion: 'v1', kind: 'Service', metadata: { ...owned, name: 'web' }, spec };
}

const backend = { service: { name: 'web', port: { number: 80 } } };
const ingress: KubeObject = {
  apiVersion: 'networking.k8s.io/v1',
  kind: 'Ingress',
  metadata: { ...owned, name: 'web' },
  spec: { rules: [{ host: 'web.test', http: { paths: [{ path: '/', pathType: 'Prefix', backend }] } }] },
};

const scaler: KubeObject = {
  apiVersion: 'autoscaling/v2',
  kind: 'HorizontalPodAutoscaler',
  metadata: { ...owned, name: 'web' },
  spec: {
    scaleTargetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
    minReplicas: 2,
    maxReplicas: 4,
  },
};

const gatewayRefs = [{ name: 'gate', namespace: 'infra' }];

function canaryOf(story: Story): KubeObject {
  const { provider, target, skipAnalysis, revertOnDeletion } = story;
  const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' };
  const autoscalerRef = { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'web' };
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { ...owned, name: 'shop' },
    spec: {
      provider,
      targetRef: { apiVersion: 'apps/v1', kind: target, name: 'web' },
      ...(provider === 'nginx' ? { ingressRef } : {}),
      ...(story.autoscaled ? { autoscalerRef } : {}),
      progressDeadlineSeconds: DEADLINE_SECONDS,
      skipAnalysis,
      revertOnDeletion,
      service: {
        port: 80,
        ...(provider === 'gatewayapi:v1' ? { gatewayRefs } : {}),
      },
      analysis: analysisOf(story),
    },
  };
}

function analysisOf(story: Story): JsonObject {
  return {
    interval: `${story.intervalSeconds}s`,
    threshold: story.threshold,
    ...strategyFields(story.strategy),
    ...(story.mirror ? { mirror: true } : {}),
    ...(story.returnStep > 0 ? { stepWeightPromotion: story.returnStep } : {}),
    primaryReadyThreshold: story.readyThreshold,
    canaryReadyThreshold: story.readyThreshold,
    measureAll: story.measureAll,
    failFast: story.failFast,
    metrics: story.metrics.map(metricOf),
    webhooks: story.hooks.map(hookOf),
    ...(story.affinity ? { sessionAffinity: { cookieName: 'side' } } : {}),
  };
}

const audience = { match: [{ headers: { 'x-insider': { exact: 'yes' } } }] };

function strategyFields(strategy: Strategy): JsonObject {
  switch (strategy.kind) {
    case 'linear':
      return { stepWeight: strategy.stepWeight, maxWeight: strategy.maxWeight };
    case 'list':
      return { stepWeights: strategy.stepWeights };
    case 'ab':
      return { iterations: strategy.iterations, ...audience };
    case 'blueGreen':
      return { iterations: strategy.iterations };
  }
}

/** The first two entries may be built in, and have the names of those. */
export function metricName({ form }: MetricScript, index: number): string {
  const builtin = form === 'builtin' ? ['request-success-rate', 'request-duration'][index] : undefined;
  return builtin ?? `metric-${index}`;
}

function metricOf(metric: MetricScript, index: number): JsonObject {
  const { form } = metric;
  const role = metric.role === 'usual' ? {} : { [metric.role]: true };
  const name = metricName(metric, index);
  const common = { name, interval: '1m', noData: metric.noData, ...role };
  if (form === 'builtin' && index < 2) return common;
  if (form !== 'template') return { ...common, thresholdRange: { max: 1 }, query: `query_${index}` };
  return { ...common, thresholdRange: { max: 1 }, templateRef: { name: `template-${index}` } };
}

function hookOf({ type, retries }: HookScript, index: number): JsonObject {
  return { name: `hook-${index}`, type, retries, url: `http://hooks.test/${index}` };
}

/** Merge patch of a Canary for what a user changes in mid-run. */
export function editPatch(edit: Edit, story: Story): JsonObject {
  const none = { stepWeight: null, maxWeight: null, stepWeights: null, iterations: null, match: null };
  const metrics =
    edit.metricsKept === undefined ? {} : { metrics: story.metrics.slice(0, edit.metricsKept).map(metricOf) };
  const analysis = {
    ...(edit.strategy ? { ...none, ...strategyFields(edit.strategy) } : {}),
    ...(edit.threshold === undefined ? {} : { threshold: edit.threshold }),
    ...(edit.intervalSeconds === undefined ? {} : { interval: `${edit.intervalSeconds}s` }),
    ...metrics,
  };
  return { spec: { analysis, ...(edit.skipAnalysis === undefined ? {} : { skipAnalysis: edit.skipAnalysis }) } };
}

/** Merge patch of a Canary that goes from its provider to another one, which can do at least as much. */
export function reroutePatch(provider: unknown): JsonObject {
  return provider === 'istio'
    ? { spec: { provider: 'gatewayapi:v1', service: { gatewayRefs } } }
    : { spec: { provider: 'istio' } };
}
