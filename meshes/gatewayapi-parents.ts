import type { Canary } from '../src/api/canary.ts';
import { equalValues } from '../src/kube/compare.ts';
import { dig, type JsonObject, type KubeObject } from '../src/kube/object.ts';
import type { Settled } from './contract.ts';
import { listOf, present } from './present.ts';

const defaults = { group: 'gateway.networking.k8s.io', kind: 'Gateway' };

/** `spec.parentRefs`, with the defaults of the API written out. An empty group is a value: that of Services. */
export function parentRefsOf({ service }: Canary): JsonObject[] {
  return service.gatewayRefs.map(({ group, kind, namespace, name, sectionName, port }) => ({
    group: group ?? defaults.group,
    kind: kind ?? defaults.kind,
    ...present({ namespace, name, sectionName, port }),
  }));
}

/**
 * Whether every gateway that reports on the route has accepted its present generation. One that doesn't report doesn't
 * count: not every implementation does (Flagger compatibility).
 */
export function settledParents(route: KubeObject): Settled {
  const { name, namespace, generation = 0 } = route.metadata;
  const reports = listOf(dig(route, 'status', 'parents'));
  for (const parent of listOf(dig(route, 'spec', 'parentRefs'))) {
    for (const report of reports.filter((each) => isSame(dig(each, 'parentRef'), parent, namespace))) {
      const accepted = listOf(dig(report, 'conditions')).find((each) => dig(each, 'type') === 'Accepted');
      if (!accepted) continue;
      const [status, observed] = [dig(accepted, 'status'), dig(accepted, 'observedGeneration') ?? generation];
      if (status === 'True' && Number(observed) >= generation) continue;
      const seen = `status: ${status}, observed generation: ${observed}, current generation: ${generation}`;
      const waiting = `HTTPRoute ${name}.${namespace} parent ${dig(parent, 'name')} is not ready (${seen})`;
      return { settled: false, waiting };
    }
  }
  return { settled: true };
}

function isSame(a: unknown, b: unknown, namespace: string | undefined): boolean {
  const full = (ref: unknown) => ({ namespace, ...defaults, ...(typeof ref === 'object' ? ref : {}) });
  return equalValues(full(a), full(b));
}
