import { budgets } from '../budgets.ts';
import type { Figure } from '../figure.ts';
import { canaryWeight, type Ground, routeKind } from '../ground.ts';
import { difference, type Meter, type Tally } from '../meter.ts';
import { most, quantile } from '../quantile.ts';

/**
 * What one step of a run costs: everything that went over the wire between two checks of the only canary that progresses.
 * The step that ends the run isn't one.
 */
export async function measureAdvance(ground: Ground, meter: Meter, namespace: string, name: string): Promise<Figure[]> {
  const route = { ...routeKind, namespace, name };
  const ticks: { weight: number; tally: Tally }[] = [];
  ground.prometheus.onSample = ({ target }) => {
    if (target === name) ticks.push({ weight: canaryWeight(ground.cluster.get(route)), tally: meter.tally() });
  };
  await ground.bring(namespace, name);
  await ground.phases(namespace, [name], ['Progressing']);
  await ground.phases(namespace, [name], ['Succeeded']);
  ground.prometheus.onSample = () => {};
  const steps = ticks.slice(1).flatMap(({ weight, tally }, i) => {
    const before = ticks[i];
    return before && before.weight !== weight ? [difference(tally, before.tally)] : [];
  });
  ground.say(`${steps.length} advances were counted`);
  if (steps.length === 0) throw new Error('no advance was seen');
  return [
    {
      what: 'writes per advance, most',
      value: most(steps.map(({ writes }) => writes)),
      unit: '',
      budget: budgets.writesPerAdvance,
    },
    {
      what: 'reads per advance, most',
      value: most(steps.map(({ reads }) => reads)),
      unit: '',
      budget: budgets.readsPerAdvance,
    },
    {
      what: 'bytes per advance, median',
      value: quantile(
        steps.map(({ bytes }) => bytes),
        0.5,
      ),
      unit: 'B',
      budget: budgets.bytesPerAdvance,
    },
  ];
}
