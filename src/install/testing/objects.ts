import type { KubeObject, OwnerReference } from '../../kube/object.ts';

/** A Deployment with one container. */
export function deploymentOf(
  namespace: string,
  name: string,
  image: string,
  more: Partial<KubeObject> = {},
): KubeObject {
  const labels = { app: name };
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name, namespace },
    spec: {
      replicas: 1,
      selector: { matchLabels: labels },
      template: { metadata: { labels }, spec: { containers: [{ name, image }] } },
    },
    ...more,
  };
}

/** A Deployment of a controller with these arguments, without the labels of an installation. */
export function sluiceOf(namespace: string, args: readonly string[], name = 'sluice'): KubeObject {
  const labels = { app: name };
  const containers = [{ name: 'sluice', image: 'example.com/sluice:1', args }];
  return deploymentOf(namespace, name, '', {
    spec: { replicas: 1, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
  });
}

/** A Canary named `app`. */
export function canaryIn(namespace: string, phase: string, finalizers: readonly string[] = []): KubeObject {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    metadata: { name: 'app', namespace, finalizers },
    spec: {
      targetRef: { apiVersion: 'apps/v1', kind: 'Deployment', name: 'app' },
      service: { port: 80 },
      analysis: { interval: '1m', threshold: 1, iterations: 1 },
    },
    status: { phase, canaryWeight: 0, failedChecks: 0, iterations: 0 },
  };
}

/** The owner reference that a Canary puts onto what it makes. */
export function ownedBy(canary: KubeObject): OwnerReference {
  const { name, uid = '' } = canary.metadata;
  const { apiVersion, kind } = canary;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** A Namespace. */
export function namespaceOf(name: string): KubeObject {
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name } };
}
