import type { KubeObject, StringMap } from '../../../kube/object.ts';
import type { GatewayRequest } from '../matching.ts';

/** A GET of `/` on `www.example.com` unless said otherwise. */
export function requestOf(over: Partial<GatewayRequest> & { readonly url?: string } = {}): GatewayRequest {
  const { url = '/', ...rest } = over;
  const [path = '/', query] = url.split('?');
  return {
    method: 'GET',
    host: 'www.example.com',
    path,
    query: query === undefined ? '' : `?${query}`,
    headers: {},
    ...rest,
  };
}

export function backendRef(name: string, weight?: number, more: object = {}) {
  return { group: '', kind: 'Service', name, port: 80, ...(weight === undefined ? {} : { weight }), ...more };
}

export function httpRoute(
  name: string,
  rules: readonly object[],
  spec: object = {},
  metadata: object = {},
): KubeObject {
  return {
    apiVersion: 'gateway.networking.k8s.io/v1',
    kind: 'HTTPRoute',
    metadata: { name, namespace: 'test', creationTimestamp: '2026-01-01T00:00:00Z', ...metadata },
    spec: { parentRefs: [{ name: 'gateway' }], rules, ...spec },
  };
}

/** The definition of HTTPRoutes, as far as a test needs it. */
export function httpRouteCrd(version: 'v1' | 'v1beta1'): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: {
      name: 'httproutes.gateway.networking.k8s.io',
      annotations: { 'api-approved.kubernetes.io': 'https://github.com/kubernetes-sigs/gateway-api' },
    },
    spec: {
      group: 'gateway.networking.k8s.io',
      scope: 'Namespaced',
      names: { kind: 'HTTPRoute', listKind: 'HTTPRouteList', plural: 'httproutes', singular: 'httproute' },
      versions: [
        {
          name: version,
          served: true,
          storage: true,
          subresources: { status: {} },
          schema: { openAPIV3Schema: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true } },
        },
      ],
    },
  };
}

export interface IngressShape {
  readonly name?: string;
  readonly service?: string;
  readonly host?: string;
  readonly path?: string;
  readonly pathType?: string;
  readonly annotations?: StringMap;
  readonly spec?: object;
}

export function ingress(shape: IngressShape = {}): KubeObject {
  const { name = 'web', service = 'web', host = 'www.example.com', path = '/', pathType = 'Prefix' } = shape;
  const paths = [{ path, pathType, backend: { service: { name: service, port: { number: 80 } } } }];
  return {
    apiVersion: 'networking.k8s.io/v1',
    kind: 'Ingress',
    metadata: { name, namespace: 'test', annotations: shape.annotations ?? {} },
    spec: { ingressClassName: 'nginx', rules: [{ host, http: { paths } }], ...shape.spec },
  };
}

/** The canary of `ingress()`, with annotations named without their prefix. */
export function canaryIngress(annotations: StringMap, shape: IngressShape = {}): KubeObject {
  const prefixed = Object.entries({ canary: 'true', ...annotations }).map(([key, value]) => [
    `nginx.ingress.kubernetes.io/${key}`,
    value,
  ]);
  return ingress({ name: 'web-canary', service: 'web-canary', annotations: Object.fromEntries(prefixed), ...shape });
}
