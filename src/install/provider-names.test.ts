import { describe, expect, test } from 'vitest';
import { knownProviders, meshFor } from '../../meshes/registry.ts';
import { familyOf, providers } from './permissions.ts';
import { providerNames, providerOf, providerPattern } from './provider-names.ts';

const options = { ingressAnnotationsPrefix: '', ingressClass: '' };

test('every adapter of the controller has its name here', () => {
  expect(providerNames).toEqual(expect.arrayContaining([...knownProviders()]));
});

test('every name has its permissions', () => {
  expect(providerNames.filter((name) => !Object.hasOwn(providers, familyOf(name)))).toEqual([]);
});

const others = ['linkerd', 'gatewayapi:v2', 'gatewayapi:', 'istio:v1', 'nginx:v1', 'ISTIO', 'toString', ' istio'];

describe.each([...providerNames, 'gatewayapi:v1alpha2', 'gatewayapi:v1beta12', ...others])('the name %j', (name) => {
  test('means what the controller takes it for', () => {
    const full = providerOf(name);
    expect(full !== undefined).toBe(meshFor(name, options) !== undefined);
    expect(new RegExp(`^(?:${providerPattern})$`).test(name)).toBe(full !== undefined);
    if (full !== undefined) expect(knownProviders()).toContain(full);
  });
});

test.each([
  { name: 'gatewayapi', full: 'gatewayapi:v1' },
  { name: 'none', full: 'kubernetes' },
  { name: 'gatewayapi:v1alpha2', full: 'gatewayapi:v1' },
  { name: 'gatewayapi:v1beta12', full: 'gatewayapi:v1beta1' },
])('$name is $full', ({ name, full }) => {
  expect(providerOf(name)).toBe(full);
});
