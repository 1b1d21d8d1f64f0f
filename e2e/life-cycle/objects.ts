import type { JsonObject, KubeObject } from '../../src/kube/object.ts';
import { ROOT } from '../replay/mock.ts';
import { kindNamed, NAMESPACE } from './kinds.ts';

/** Address of a hook that the mock plays. */
export function hookUrl(name: string): string {
  return `${ROOT}/s/${NAMESPACE}/hook/${name}`;
}

/** An object of the test's namespace. */
export function make(kind: string, name: string, rest: Record<string, unknown> = {}): KubeObject {
  const { apiVersion, kind: plain } = kindNamed(kind);
  const { metadata, ...fields } = rest;
  return { apiVersion, kind: plain, metadata: { name, namespace: NAMESPACE, ...(metadata as object) }, ...fields };
}

/** A running workload: two pods of `<name>:1` with the label `app: <name>`. */
export function deployment({ name = 'web', image = 'web:1', replicas = 2, pod = {} as JsonObject } = {}): KubeObject {
  const container = { name: 'web', image, ports: [{ name: 'http', containerPort: 8080 }] };
  const spec = {
    replicas,
    selector: { matchLabels: { app: name } },
    template: { metadata: { labels: { app: name } }, spec: { containers: [container], ...pod } },
  };
  return make('Deployment', name, { metadata: { labels: { app: name } }, spec });
}

/** The Service through which clients reach the workload before its Canary comes. */
export function service(name = 'web', app = 'web'): KubeObject {
  const spec = { selector: { app }, ports: [{ name: 'http', port: 80, targetPort: 'http', protocol: 'TCP' }] };
  return make('Service', name, { spec });
}

export interface CanaryFields {
  readonly name?: string;
  readonly target?: JsonObject;
  readonly analysis?: JsonObject;
  readonly [field: string]: unknown;
}

/** A Canary on the Deployment `web` with Istio and the weights 50 and 100. */
export function canary({ name = 'web', target = {}, analysis = {}, ...spec }: CanaryFields = {}): KubeObject {
  return make('Canary', name, {
    spec: {
      provider: 'istio',
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web', ...target },
      progressDeadlineSeconds: 60,
      service: { port: 80, targetPort: 'http' },
      analysis: { interval: '10s', threshold: 2, ...(steps(analysis) ? {} : { stepWeight: 50 }), ...analysis },
      ...spec,
    },
  });
}

function steps(analysis: JsonObject): boolean {
  return ['iterations', 'stepWeights', 'stepWeight'].some((field) => field in analysis);
}

/** A gate that the mock keeps shut until its answer is changed. */
export function gate(type: string, name: string = type): JsonObject {
  return { name, type, url: hookUrl(name) };
}
