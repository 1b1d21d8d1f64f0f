import fc from 'fast-check';
import { expect, it } from 'vitest';
import { deploymentRule } from './deployment-rule.ts';
import { nextScales, type SetView } from './rollout.ts';

const pods = fc.integer({ min: 0, max: 8 });
const set = (name: string) =>
  fc.record({ replicas: pods, unavailable: pods }).map(({ replicas, unavailable }): SetView => {
    return { name, replicas, present: replicas, available: Math.max(replicas - unavailable, 0) };
  });
const rule = fc
  .record({ replicas: pods, maxSurge: fc.integer({ min: 0, max: 3 }), maxUnavailable: fc.integer({ min: 0, max: 3 }) })
  .map(({ replicas, ...rollingUpdate }) =>
    deploymentRule({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'web' },
      spec: { replicas, strategy: { type: 'RollingUpdate', rollingUpdate } },
    }),
  );
const sum = (sets: readonly SetView[], field: 'replicas' | 'available') =>
  sets.reduce((total, item) => total + item[field], 0);

/** The sets after a step, when those that shrink lose unavailable pods first and new pods aren't available yet. */
function after(sets: readonly SetView[], scales: readonly { name: string; replicas: number }[]): readonly SetView[] {
  return sets.map((item) => {
    const replicas = scales.find(({ name }) => name === item.name)?.replicas ?? item.replicas;
    return { ...item, replicas, present: replicas, available: Math.min(item.available, replicas) };
  });
}

it('a step of a rolling update never goes beyond the surge nor below what must be available', () => {
  fc.assert(
    fc.property(rule, set('new'), set('old-1'), set('old-2'), (given, current, ...old) => {
      const before = [current, ...old];
      const next = after(before, nextScales(given, current, old));
      expect(sum(next, 'replicas')).toBeLessThanOrEqual(
        Math.max(sum(before, 'replicas'), given.replicas + given.maxSurge),
      );
      // scaling the current set down is the user's wish, not the rollout's
      const floor = Math.min(sum(before, 'available'), given.replicas - given.maxUnavailable);
      if (current.replicas <= given.replicas) expect(sum(next, 'available')).toBeGreaterThanOrEqual(floor);
    }),
  );
});

it('steps come to an end with all pods new, whatever they begin with', () => {
  fc.assert(
    fc.property(rule, set('new'), set('old-1'), set('old-2'), (given, ...start) => {
      let sets: readonly SetView[] = start;
      for (let i = 0; i < 40; i++) {
        const [current, ...old] = sets.map((item) => ({
          ...item,
          available: item.name === 'new' ? item.replicas : item.available,
        }));
        if (!current) throw new Error('no set');
        sets = after([current, ...old], nextScales(given, current, old));
      }
      expect(sets.map(({ replicas }) => replicas)).toEqual([given.replicas, 0, 0]);
    }),
  );
});
