import { describe, expect, it } from 'vitest';
import type { JsonObject } from '../../kube/object.ts';
import { CONTROLLER_NAME, routeParents } from './route-status.ts';
import { backendRef, httpRoute } from './testing/objects.ts';

const NOW = Date.UTC(2026, 0, 2);
const refs = [{ name: 'gateway' }, { name: 'mesh', kind: 'Service', group: '' }];
const mirror = (name: string) => ({ type: 'RequestMirror', requestMirror: { backendRef: backendRef(name) } });
const known = (_: string, name: string) => name.startsWith('web');

function verdicts(rules: readonly object[]): readonly string[] {
  const parents = routeParents(httpRoute('web', rules, {}, { generation: 3 }), known, NOW) ?? [];
  const conditions = parents[0]?.['conditions'] as readonly JsonObject[];
  return conditions.map(
    ({ type, status, reason, observedGeneration }) => `${type}=${status} ${reason} ${observedGeneration}`,
  );
}

describe('the status of an HTTPRoute', () => {
  it.each([
    {
      name: 'all is well',
      rules: [{ backendRefs: [backendRef('web')] }],
      accepted: 'True Accepted',
      resolved: 'True ResolvedRefs',
    },
    {
      name: 'a Service is missing',
      rules: [{ backendRefs: [backendRef('web'), backendRef('x')] }],
      accepted: 'True Accepted',
      resolved: 'False BackendNotFound',
    },
    {
      name: 'a mirror is missing',
      rules: [{ backendRefs: [backendRef('web')], filters: [mirror('x')] }],
      accepted: 'True Accepted',
      resolved: 'False BackendNotFound',
    },
    {
      name: 'a mirror is there',
      rules: [{ backendRefs: [backendRef('web')], filters: [mirror('web-canary')] }],
      accepted: 'True Accepted',
      resolved: 'True ResolvedRefs',
    },
    {
      name: 'a backend of another kind',
      rules: [{ backendRefs: [backendRef('web', 1, { kind: 'Job' })] }],
      accepted: 'True Accepted',
      resolved: 'False InvalidKind',
    },
    {
      name: 'a backend elsewhere',
      rules: [{ backendRefs: [backendRef('web', 1, { namespace: 'x' })] }],
      accepted: 'True Accepted',
      resolved: 'False RefNotPermitted',
    },
    {
      name: 'an unknown filter',
      rules: [{ backendRefs: [backendRef('web')], filters: [{ type: 'Magic' }] }],
      accepted: 'False UnsupportedValue',
      resolved: 'True ResolvedRefs',
    },
  ])('when $name', ({ rules, accepted, resolved }) => {
    expect(verdicts(rules)).toEqual([`Accepted=${accepted} 3`, `ResolvedRefs=${resolved} 3`]);
  });

  const route = (generation: number, parents: readonly JsonObject[], parentRefs: readonly object[] = refs) => ({
    ...httpRoute('web', [{ backendRefs: [backendRef('web')] }], { parentRefs }, { generation }),
    status: { parents },
  });

  it('has one entry per parent, beside those of other controllers', () => {
    const foreign = { parentRef: { name: 'gateway' }, controllerName: 'example.com/other', conditions: [] };
    const parents = routeParents(route(1, [foreign]), known, NOW);
    expect(parents?.map(({ parentRef, controllerName }) => [parentRef, controllerName])).toEqual([
      [{ name: 'gateway' }, 'example.com/other'],
      [refs[0], CONTROLLER_NAME],
      [refs[1], CONTROLLER_NAME],
    ]);
  });

  it('is written again only when something is new, and keeps the times of what held before', () => {
    const first = routeParents(route(1, []), known, NOW) ?? [];
    expect(routeParents(route(1, first), known, NOW + 60_000)).toBeUndefined();
    const second = routeParents(route(2, first), known, NOW + 60_000);
    const conditions = second?.[0]?.['conditions'] as readonly JsonObject[];
    for (const condition of conditions) {
      expect(condition).toMatchObject({ observedGeneration: 2, lastTransitionTime: '2026-01-02T00:00:00Z' });
    }
    const broken = routeParents(route(2, second ?? []), () => false, NOW + 120_000);
    expect(broken?.[0]?.['conditions']).toMatchObject([
      { type: 'Accepted', lastTransitionTime: '2026-01-02T00:00:00Z' },
      { type: 'ResolvedRefs', lastTransitionTime: '2026-01-02T00:02:00Z' },
    ]);
  });

  it('loses the entries of parents that are named no more', () => {
    const first = routeParents(route(1, []), known, NOW) ?? [];
    expect(routeParents(route(2, first, [{ name: 'gateway' }]), known, NOW)).toHaveLength(1);
  });
});
