import { budgets } from '../budgets.ts';
import type { Figure } from '../figure.ts';
import { canaryWeight, type Ground, routeKind } from '../ground.ts';
import { most, quantile } from '../quantile.ts';

/** From the bad sample that reaches the failure threshold to the route that sends everything back, of many runs at once. */
export async function measureRollback(ground: Ground, namespace: string, names: readonly string[]): Promise<Figure[]> {
  const { cluster, prometheus } = ground;
  const weight = (name: string) => canaryWeight(cluster.get({ ...routeKind, namespace, name }));
  await ground.until('every canary has traffic', () => names.every((name) => weight(name) > 0));
  const lastBad = new Map<string, number>();
  const times = new Map<string, number>();
  prometheus.onSample = ({ target, at, isGood }) => {
    if (!isGood) lastBad.set(target, at);
  };
  const stop = cluster.onChange(({ object }) => {
    const { name } = object.metadata;
    const bad = lastBad.get(name);
    if (object.kind !== routeKind.kind || bad === undefined || times.has(name)) return;
    if (canaryWeight(object) === 0) times.set(name, performance.now() - bad);
  });
  await endBadly(ground, namespace, names);
  stop();
  const what = 'the last bad sample until all traffic is back';
  const all = names.map((name) => times.get(name) ?? Number.NaN);
  return [
    { what: `${what}, p50`, value: quantile(all, 0.5), unit: 'ms' },
    {
      what: `${what}, most`,
      value: all.some(Number.isNaN) ? Number.NaN : most(all),
      unit: 'ms',
      budget: budgets.backMs,
    },
  ];
}

/** Makes every check of these runs fail, until each has been given up. */
export async function endBadly(ground: Ground, namespace: string, names: readonly string[]): Promise<void> {
  const { bad } = ground.prometheus;
  for (const name of names) bad.add(name);
  await ground.phases(namespace, names, ['Failed']);
  ground.prometheus.onSample = () => {};
  bad.clear();
}
