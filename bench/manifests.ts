import type { JsonObject, KubeObject } from '../src/kube/object.ts';

/** A success rate that must be 99 %, asked for once per tick. */
const metrics = [{ name: 'request-success-rate', interval: '1m', thresholdRange: { min: 99 } }];

/** An analysis that shifts `stepWeight` percent per tick, up to half of the traffic. */
export function weights(interval: string, stepWeight: number, threshold = 2): JsonObject {
  return { interval, threshold, stepWeight, maxWeight: 50, metrics };
}

/** An analysis that only checks, so many times. */
export function iterations(interval: string, count: number): JsonObject {
  return { interval, threshold: 2, iterations: count, metrics };
}

const gatewayRefs = [{ name: 'gateway' }];

/** A Deployment and its Canary, as a user writes them. */
export function release(namespace: string, name: string, analysis: JsonObject): KubeObject[] {
  const labels = { app: name };
  const container = {
    name: 'app',
    image: imageOf(1),
    ports: [{ name: 'http', containerPort: 8080 }],
    resources: { requests: { cpu: '100m', memory: '64Mi' } },
  };
  const template = { metadata: { labels }, spec: { containers: [container] } };
  return [
    {
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { namespace, name, labels },
      spec: { replicas: 1, selector: { matchLabels: labels }, template },
    },
    {
      apiVersion: 'flagger.app/v1beta1',
      kind: 'Canary',
      metadata: { namespace, name },
      spec: {
        targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name },
        // Without cluster IPs: an API server counts all of them whenever it gives one away
        service: { port: 80, targetPort: 'http', headless: true, hosts: [`${name}.example.com`], gatewayRefs },
        analysis,
      },
    },
  ];
}

/** The patch that brings a new version. */
export function newImage(version: number): JsonObject {
  return { spec: { template: { spec: { containers: [{ name: 'app', image: imageOf(version) }] } } } };
}

function imageOf(version: number): string {
  return `registry.example.com/app:${version}.0.0`;
}
