import type { Canary } from '../src/api/canary.ts';
import { dig, type KubeObject } from '../src/kube/object.ts';
import type { ReadTraffic } from './contract.ts';
import { listOf } from './present.ts';
import { readTraffic } from './read-traffic.ts';

/** Weights of the last route that names the canary: cookie routes stand before the split (Flagger compatibility). */
export function istioWeights(routes: unknown, object: KubeObject, canary: Canary): ReadTraffic {
  const { primaryName, canaryName } = canary.service;
  const split = listOf(routes).findLast((route) => weightOf(route, canaryName) !== undefined);
  if (!split) return readTraffic(undefined, object, canary);
  const weights = {
    primary: weightOf(split, primaryName) ?? 0,
    canary: weightOf(split, canaryName) ?? 0,
    mirror: dig(split, 'mirror', 'host') === canaryName,
  };
  return readTraffic(weights, object, canary);
}

/** `undefined`: the route doesn't name the host. A weight that isn't written is 0. */
function weightOf(route: unknown, host: string): number | undefined {
  const destination = listOf(dig(route, 'route')).find((each) => dig(each, 'destination', 'host') === host);
  if (!destination) return undefined;
  const weight = dig(destination, 'weight');
  return typeof weight === 'number' ? weight : 0;
}
