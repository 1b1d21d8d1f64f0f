import { resolveProvider } from '../api/providers.ts';

/** The providers that the controller has an adapter for, under their full names. A test holds this against the adapters. */
const fullNames = ['gatewayapi:v1', 'gatewayapi:v1beta1', 'istio', 'knative', 'kubernetes', 'nginx'] as const;

/** Shorter or other names for some of them. */
const aliases = ['gatewayapi', 'none'] as const;

/** What longer names that begin with it mean too, such as `gatewayapi:v1alpha2` (Flagger compatibility). */
const prefixes = ['gatewayapi:v1beta1', 'gatewayapi:v1'] as const;

/** Every name, for people. */
export const providerNames: readonly string[] = [...fullNames, ...aliases].sort();

/** What a name is made of, as a regular expression without anchors that is read as a list of the names. */
export const providerPattern = providerNames
  .map((name) => (prefixes.some((prefix) => prefix === name) ? `${name}.*` : name))
  .join('|');

/** The full name of the provider that somebody named, as the controller understands it; `undefined`: there is none. */
export function providerOf(name: string): string | undefined {
  const full = resolveProvider(name, '');
  return prefixes.find((prefix) => full.startsWith(prefix)) ?? fullNames.find((each) => each === full);
}
