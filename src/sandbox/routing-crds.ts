import type { KubeObject } from '../kube/object.ts';

/** A namespaced kind of somebody else. */
export interface ForeignKind {
  readonly group: string;
  readonly kind: string;
  readonly plural: string;
  /** The last one is stored. */
  readonly versions: readonly string[];
}

const routing: readonly ForeignKind[] = [
  { group: 'gateway.networking.k8s.io', kind: 'HTTPRoute', plural: 'httproutes', versions: ['v1beta1', 'v1'] },
  { group: 'networking.istio.io', kind: 'VirtualService', plural: 'virtualservices', versions: ['v1beta1'] },
  { group: 'networking.istio.io', kind: 'DestinationRule', plural: 'destinationrules', versions: ['v1beta1'] },
];

/** Definitions of the routing kinds that the sandbox serves. */
export function routingDefinitions(): KubeObject[] {
  return openDefinitions(routing);
}

/** Definitions that take any fields: whoever plays the kind reads what it knows. */
export function openDefinitions(kinds: readonly ForeignKind[]): KubeObject[] {
  return kinds.map(({ group, kind, plural, versions }) => ({
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `${plural}.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural, singular: kind.toLowerCase(), kind, listKind: `${kind}List` },
      versions: versions.map((name) => ({
        name,
        served: true,
        storage: name === versions.at(-1),
        subresources: { status: {} },
        schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
      })),
    },
  }));
}
