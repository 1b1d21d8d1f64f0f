import type { KubeObject } from '../../src/kube/object.ts';

type Fields = Readonly<Record<string, unknown>>;

export interface TargetLook {
  readonly kind?: 'Deployment' | 'DaemonSet';
  readonly name?: string;
  readonly image?: string;
  /** Label by which its pods are selected. */
  readonly label?: string;
  readonly value?: string;
  readonly annotations?: Fields;
  /** More of its pods' spec. */
  readonly pods?: Fields;
  /** More of its container. */
  readonly container?: Fields;
}

/** A workload `web` with two replicas of `web:1`, or one pod per node. */
export function target(look: TargetLook = {}): KubeObject {
  const { kind = 'Deployment', name = 'web', image = 'web:1', label = 'app', value = 'web' } = look;
  const { annotations = {}, pods = {}, container = {} } = look;
  const ports = [{ name: 'http', containerPort: 8080 }];
  const labels = { [label]: value };
  return {
    apiVersion: 'apps/v1',
    kind,
    metadata: { name, annotations } as KubeObject['metadata'],
    spec: {
      ...(kind === 'Deployment' ? { replicas: 2 } : {}),
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: 'web', image, ports, ...container }], ...pods },
      },
    },
  };
}

/** A Canary `shop` of the workload `web` on Istio. Fields of `spec` replace those it has; `undefined` removes one. */
export function canary(spec: Fields = {}, name = 'shop'): KubeObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name },
    spec: {
      provider: 'istio',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' },
      progressDeadlineSeconds: 60,
      service: { port: 80, targetPort: 'http' },
      analysis: analysis(),
      ...spec,
    },
  };
}

/** `spec.analysis`: one step of 50 % every ten seconds, at most two failed checks, success rate at least 99 %. */
export function analysis(more: Fields = {}): Fields {
  const metrics = [{ name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } }];
  return { interval: '10s', threshold: 2, stepWeight: 50, maxWeight: 50, metrics, ...more };
}

/** The same without weights: checks are counted, as in Blue/Green and A/B. */
export function iterated(iterations: number, more: Fields = {}): Fields {
  return analysis({ stepWeight: undefined, maxWeight: undefined, iterations, ...more });
}

/** A webhook that the stage's receiver answers as `hooks` of the play say. */
export function hook(name: string, type: string, more: Fields = {}): Fields {
  return { name, type, url: `{{MOCK}}/hook/${name}`, ...more };
}

export function configMap(name: string, content: Fields): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name }, ...content };
}

/** A container that reads a whole ConfigMap. */
export function reading(name: string): TargetLook {
  return { container: { envFrom: [{ configMapRef: { name } }] } };
}
