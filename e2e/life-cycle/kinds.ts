import type { Kind, ObjectRef } from '../../src/kube/object.ts';

/** Where all lives are played. */
export const NAMESPACE = 'life';

interface KnownKind extends Kind {
  readonly plural: string;
  readonly namespaced: boolean;
}

function namespaced(apiVersion: string, kind: string, plural = `${kind.toLowerCase()}s`): KnownKind {
  return { apiVersion, kind, plural, namespaced: true };
}

const kinds: readonly KnownKind[] = [
  namespaced('v1', 'Service'),
  namespaced('v1', 'ConfigMap'),
  namespaced('v1', 'Secret'),
  namespaced('apps/v1', 'Deployment'),
  namespaced('flagger.app/v1beta1', 'Canary', 'canaries'),
  namespaced('flagger.app/v1beta1', 'MetricTemplate'),
  namespaced('flagger.app/v1beta1', 'AlertProvider'),
  namespaced('networking.istio.io/v1beta1', 'VirtualService'),
  namespaced('networking.istio.io/v1beta1', 'DestinationRule'),
  namespaced('networking.k8s.io/v1', 'Ingress', 'ingresses'),
  namespaced('gateway.networking.k8s.io/v1', 'HTTPRoute'),
  namespaced('autoscaling/v2', 'HorizontalPodAutoscaler'),
  namespaced('keda.sh/v1alpha1', 'ScaledObject'),
  namespaced('policy/v1', 'PodDisruptionBudget'),
  namespaced('serving.knative.dev/v1', 'Service'),
  namespaced('serving.knative.dev/v1', 'Revision'),
  { apiVersion: 'v1', kind: 'Namespace', plural: 'namespaces', namespaced: false },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    namespaced: false,
  },
];

/** A kind by its name, or by `<apiVersion>/<kind>` where two have the same. */
export function kindNamed(name: string): KnownKind {
  const found = kinds.find(({ apiVersion, kind }) => kind === name || `${apiVersion}/${kind}` === name);
  if (!found) throw new Error(`no test has used ${name} before: add it to the kinds`);
  return found;
}

/** Path of an object on the API server. */
export function pathOf(ref: ObjectRef): string {
  const { apiVersion, plural, namespaced } = kindNamed(`${ref.apiVersion}/${ref.kind}`);
  const root = apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
  return `${root}${namespaced ? `/namespaces/${ref.namespace}` : ''}/${plural}/${ref.name}`;
}
