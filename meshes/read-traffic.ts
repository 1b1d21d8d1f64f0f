import type { Canary } from '../src/api/canary.ts';
import type { KubeObject } from '../src/kube/object.ts';
import type { ReadTraffic } from './contract.ts';

/** The two weights as found in a route; one that is missing there is 0. */
export interface FoundWeights {
  readonly primary: number;
  readonly canary: number;
  readonly mirror: boolean;
}

/** Makes traffic of weights that were found, or says why they are none. `undefined`: no route names both sides. */
export function readTraffic(found: FoundWeights | undefined, object: KubeObject, { service }: Canary): ReadTraffic {
  const what = `${object.kind} ${object.metadata.name}.${object.metadata.namespace}`;
  const { primary, canary, mirror } = found ?? { primary: 0, canary: 0, mirror: false };
  if (primary === 0 && canary === 0) {
    return { unreadable: `${what} does not contain routes for ${service.primaryName} and ${service.canaryName}` };
  }
  if (primary + canary !== 100) {
    return { unreadable: `${what} has weights ${primary} and ${canary}, which don't add up to 100` };
  }
  return { traffic: { primary, canary, mirror } };
}
