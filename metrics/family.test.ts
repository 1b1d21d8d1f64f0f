import { expect, test } from 'vitest';
import { familyFor } from './family.ts';

const deployment = { targetKind: 'Deployment', targetApiVersion: 'apps/v1' };
const service = { targetKind: 'Service', targetApiVersion: 'v1' };
const knative = { targetKind: 'Service', targetApiVersion: 'serving.knative.dev/v1' };

test.each([
  { global: 'istio', provider: undefined, target: deployment, family: 'istio', label: 'istio' },
  { global: 'istio', provider: '', target: deployment, family: 'istio', label: 'istio' },
  { global: 'istio', provider: 'nginx', target: deployment, family: 'nginx', label: 'nginx' },
  { global: 'istio', provider: 'appmesh:v1beta2', target: deployment, family: 'appmesh', label: 'appmesh:v1beta2' },
  { global: 'istio', provider: 'gloo', target: deployment, family: 'gloo', label: 'gloo' },
  { global: 'istio', provider: 'kubernetes', target: deployment, family: 'http', label: 'kubernetes' },
  { global: 'istio', provider: 'gatewayapi:v1', target: deployment, family: 'http', label: 'gatewayapi:v1' },
  { global: 'istio', provider: 'contour', target: deployment, family: 'contour', label: 'contour' },
  { global: 'istio', provider: 'skipper', target: deployment, family: 'skipper', label: 'skipper' },
  { global: 'istio', provider: 'traefik', target: deployment, family: 'traefik', label: 'traefik' },
  { global: 'istio', provider: 'osm', target: deployment, family: 'osm', label: 'osm' },
  { global: 'istio', provider: 'kuma', target: deployment, family: 'kuma', label: 'kuma' },
  { global: 'istio', provider: 'apisix', target: deployment, family: 'apisix', label: 'apisix' },
  { global: 'istio', provider: 'smi:v1alpha2', target: deployment, family: 'istio', label: 'smi:v1alpha2' },
  { global: 'istio', provider: 'something', target: deployment, family: 'istio', label: 'something' },
  { global: 'smi:crossover', provider: undefined, target: deployment, family: 'istio', label: 'crossover' },
  { global: 'smi:crossover', provider: 'nginx', target: deployment, family: 'nginx', label: 'nginx' },
  { global: 'linkerd', provider: undefined, target: deployment, family: 'linkerd', label: 'linkerd' },
  { global: 'smi:linkerd', provider: 'nginx', target: deployment, family: 'linkerd', label: 'linkerd' },
  { global: 'istio', provider: 'kubernetes', target: service, family: 'istio', label: 'kubernetes:service' },
  { global: 'istio', provider: undefined, target: service, family: 'istio', label: 'istio:service' },
  { global: 'istio', provider: 'nginx', target: service, family: 'nginx', label: 'nginx:service' },
  { global: 'istio', provider: 'contour', target: service, family: 'contour', label: 'contour:service' },
  { global: 'istio', provider: 'traefik', target: service, family: 'traefik', label: 'traefik:service' },
  { global: 'linkerd', provider: undefined, target: service, family: 'linkerd', label: 'linkerd:service' },
  { global: 'istio', provider: 'gatewayapi:v1', target: service, family: 'http', label: 'gatewayapi:v1:service' },
  { global: 'smi:crossover', provider: undefined, target: service, family: 'istio', label: 'crossover:service' },
  { global: 'istio', provider: 'something', target: service, family: 'istio', label: 'something:service' },
  { global: 'istio', provider: 'knative', target: knative, family: 'knative', label: 'knative' },
])('$provider under $global with a $target.targetKind is measured as $family', (row) => {
  const { global: globalProvider, provider, target, family, label } = row;
  expect(familyFor({ provider, globalProvider, ...target })).toEqual({ family, label });
});
