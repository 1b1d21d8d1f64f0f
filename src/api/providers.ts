/** What a provider can express, as far as parsing must know. */
export interface MeshCapabilities {
  readonly weights: boolean;
  readonly match: boolean;
  readonly mirror: 'always' | 'blue-green' | 'never';
  readonly affinity: boolean;
}

/** Providers that a Canary of the reference can name; users are shown those of them that are built in. */
export const commonProviders: readonly string[] = [
  'apisix',
  'appmesh',
  'appmesh:v1beta2',
  'contour',
  'gatewayapi:v1',
  'gatewayapi:v1beta1',
  'gloo',
  'istio',
  'knative',
  'kubernetes',
  'kuma',
  'linkerd',
  'nginx',
  'osm',
  'skipper',
  'smi:v1alpha1',
  'smi:v1alpha2',
  'smi:v1alpha3',
  'traefik',
];

const aliases: ReadonlyMap<string, string> = new Map([
  ['gatewayapi', 'gatewayapi:v1'],
  ['none', 'kubernetes'],
  ['appmesh:v1beta1', 'appmesh'],
]);

/** The provider of a Canary: its own or else the controller's, under its full name. */
export function resolveProvider(own: string | undefined, fallback: string): string {
  const name = own || fallback;
  return aliases.get(name) ?? name;
}

/** Whether routes are objects of the Gateway API. */
export function isGatewayApi(provider: string): boolean {
  return provider.startsWith('gatewayapi:');
}
