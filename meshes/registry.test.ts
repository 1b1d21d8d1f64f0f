import { expect, it } from 'vitest';
import { knownProviders, meshFor } from './registry.ts';
import { meshOptions } from './testing/canaries.ts';

it.each([
  { provider: 'kubernetes', means: 'kubernetes' },
  { provider: 'none', means: 'kubernetes' },
  { provider: 'istio', means: 'istio' },
  { provider: 'nginx', means: 'nginx' },
  { provider: 'gatewayapi', means: 'gatewayapi:v1' },
  { provider: 'gatewayapi:v1', means: 'gatewayapi:v1' },
  { provider: 'gatewayapi:v1alpha2', means: 'gatewayapi:v1' },
  { provider: 'gatewayapi:v1beta1', means: 'gatewayapi:v1beta1' },
])('$provider means $means', ({ provider, means }) => {
  expect(meshFor(provider, meshOptions)?.providers).toEqual([means]);
});

it.each(['', 'istio2', 'smi', 'Istio', 'kubernetes:service'])('%j is no provider', (provider) => {
  expect(meshFor(provider, meshOptions)).toBeUndefined();
});

it('every known provider has a mesh that answers to its name', () => {
  expect(knownProviders()).toEqual([...knownProviders()].sort());
  for (const provider of knownProviders()) {
    expect(meshFor(provider, meshOptions)?.providers).toContain(provider);
  }
});
