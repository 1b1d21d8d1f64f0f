import type { Canary } from '../src/api/canary.ts';
import { dig, type KubeObject } from '../src/kube/object.ts';
import type { ReadTraffic } from './contract.ts';
import { listOf } from './present.ts';
import { readTraffic } from './read-traffic.ts';

/** Weights of the last rule with both sides: cookie rules stand before the split (Flagger compatibility). */
export function ruleWeights(rules: unknown, route: KubeObject, canary: Canary): ReadTraffic {
  const { primaryName, canaryName } = canary.service;
  const split = listOf(rules).findLast((rule) => {
    const names = listOf(dig(rule, 'backendRefs')).map((backend) => dig(backend, 'name'));
    return names.length === 2 && names.includes(primaryName) && names.includes(canaryName);
  });
  if (!split) return readTraffic(undefined, route, canary);
  const mirror = listOf(dig(split, 'filters')).some(
    (filter) => dig(filter, 'requestMirror', 'backendRef', 'name') === canaryName,
  );
  const weights = { primary: weightOf(split, primaryName), canary: weightOf(split, canaryName), mirror };
  return readTraffic(weights, route, canary);
}

/** A weight that isn't written is 1 (Gateway API). */
function weightOf(rule: unknown, name: string): number {
  const backend = listOf(dig(rule, 'backendRefs')).find((each) => dig(each, 'name') === name);
  const weight = dig(backend, 'weight');
  return typeof weight === 'number' ? weight : 1;
}
