import { pause, systemClock } from '../../src/runtime/clock.ts';
import { reactionBudget } from '../budgets.ts';
import type { Figure } from '../figure.ts';
import { type Ground, phaseOf } from '../ground.ts';
import type { Hop } from '../hop.ts';
import { quantile } from '../quantile.ts';

const PACE_MS = 50;

/** From a new image to the phase Progressing as a watch shows it, one canary after the other and without waiting for each. */
export async function measureReaction(ground: Ground, namespace: string, names: readonly string[]): Promise<number[]> {
  const started = new Map<string, number>();
  const times = new Map<string, number>();
  const stop = ground.cluster.onChange(({ object }) => {
    const { name } = object.metadata;
    const start = started.get(name);
    if (object.kind !== 'Canary' || object.metadata.namespace !== namespace || start === undefined) return;
    if (phaseOf(object) === 'Progressing' && !times.has(name)) times.set(name, performance.now() - start);
  });
  for (const name of names) {
    started.set(name, performance.now());
    await ground.bring(namespace, name);
    await pause(systemClock, PACE_MS);
  }
  await ground.until('every release has started', () => times.size === names.length);
  stop();
  return [...times.values()];
}

/** The figures of reactions, in terms of the hop that was measured around them. */
export function reactionFigures(times: readonly number[], hop: Hop): Figure[] {
  const what = 'a new image until the run starts';
  return [
    { what: `${what}, p50`, value: quantile(times, 0.5), unit: 'ms' },
    { what: `${what}, p99`, value: quantile(times, 0.99), unit: 'ms', budget: reactionBudget(hop) },
  ];
}
