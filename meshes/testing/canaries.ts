import type { Canary } from '../../src/api/canary.ts';
import { parseCanary } from '../../src/api/parse-canary.ts';
import type { JsonObject, KubeObject } from '../../src/kube/object.ts';
import type { MeshOptions } from '../contract.ts';
import { meshFor } from '../registry.ts';

export const meshOptions: MeshOptions = { ingressAnnotationsPrefix: 'nginx.ingress.kubernetes.io', ingressClass: '' };

/** The Canary of a manifest; throws when it is refused. */
export function canaryOf(manifest: KubeObject): Canary {
  const parsed = parseCanary(manifest, {
    meshProvider: 'kubernetes',
    noCrossNamespaceRefs: false,
    capabilities: (provider) => meshFor(provider, meshOptions)?.can,
  });
  if (parsed.ok) return parsed.value;
  throw new Error(parsed.refusals.map(({ message }) => message).join('\n'));
}

/** A Canary `podinfo` in `test` on port 9898, with what the test is about: fields of `spec` replace these as a whole. */
export function podinfo(provider: string, spec: JsonObject = {}): Canary {
  return canaryOf({
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'podinfo', namespace: 'test', uid: 'uid-of-podinfo' },
    spec: {
      provider,
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'podinfo' },
      service: { port: 9898 },
      analysis: { interval: '1m', threshold: 5, stepWeight: 10, maxWeight: 50 },
      ...spec,
    },
  });
}
