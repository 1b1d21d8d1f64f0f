import type { KubeObject } from '../../kube/object.ts';
import type { ParseOptions } from '../parse-canary.ts';
import type { MeshCapabilities } from '../providers.ts';

/** What the known providers can do, as tests of parsing need it. */
function capabilities(provider: string): MeshCapabilities | undefined {
  const can = (match: boolean, mirror: MeshCapabilities['mirror'], affinity: boolean): MeshCapabilities => ({
    weights: provider !== 'kubernetes',
    match,
    mirror,
    affinity,
  });
  if (provider === 'istio' || provider.startsWith('gatewayapi:v1')) return can(true, 'always', true);
  if (['appmesh', 'appmesh:v1beta2', 'contour', 'gloo', 'nginx'].includes(provider)) return can(true, 'never', false);
  const plain = ['kubernetes', 'linkerd', 'osm', 'kuma', 'skipper', 'traefik', 'apisix', 'knative'];
  return plain.includes(provider) || provider.startsWith('smi:v1alpha') ? can(false, 'never', false) : undefined;
}

export const options: ParseOptions = { meshProvider: 'istio', noCrossNamespaceRefs: false, capabilities };

export const target = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' };
export const steps = { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 };
export const iterations = { interval: '1m', threshold: 5, iterations: 10 };
export const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'podinfo' };
export const gatewayRefs = [{ name: 'gateway', namespace: 'istio-ingress' }];

/** A weighted Canary for Istio; fields of `spec` replace those that it has, `undefined` removes them. */
export function canaryManifest(spec: Record<string, unknown> = {}, metadata: Record<string, unknown> = {}): KubeObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test', ...metadata },
    spec: { provider: 'istio', targetRef: target, service: { port: 80 }, analysis: steps, ...spec },
  };
}
