import { pause, systemClock } from '../../src/runtime/clock.ts';
import { budgets } from '../budgets.ts';
import type { Figure } from '../figure.ts';
import { canaryWeight, type Ground, routeKind } from '../ground.ts';
import { hopOf } from '../hop.ts';
import { most, quantile } from '../quantile.ts';
import type { SubjectProcess } from '../subject-process.ts';
import { measureHops } from './watch-hop.ts';

const INTERVAL_MS = 10_000;
const WINDOW_MS = 60_000;
const LOOK_EVERY_MS = 5_000;
const HOP_EVERY_MS = 300;

/** What many runs at an interval of ten seconds cost among many idle canaries, and how late their checks are. */
export async function measureProgress(
  ground: Ground,
  process: SubjectProcess,
  namespace: string,
  names: readonly string[],
): Promise<Figure[]> {
  // As in life, releases don't begin at one instant
  for (const name of names) {
    await ground.bring(namespace, name);
    await pause(systemClock, INTERVAL_MS / names.length);
  }
  await ground.until('every canary has traffic', () =>
    names.every((name) => canaryWeight(ground.cluster.get({ ...routeKind, namespace, name })) > 0),
  );
  const ticks = new Map<string, number[]>();
  ground.prometheus.onSample = ({ target, at }) => {
    const times = ticks.get(target) ?? [];
    times.push(at);
    ticks.set(target, times);
  };
  const before = process.usage();
  const began = performance.now();
  const rss: number[] = [];
  const depths: number[] = [];
  const hops = measureHops(ground, WINDOW_MS / HOP_EVERY_MS, HOP_EVERY_MS);
  while (performance.now() - began < WINDOW_MS) {
    await pause(systemClock, LOOK_EVERY_MS);
    rss.push(process.usage().rssMiB);
    depths.push(queueDepth(await process.metrics()));
  }
  const cores = (process.usage().cpuMs - before.cpuMs) / (performance.now() - began);
  ground.prometheus.onSample = () => {};
  const late = [...ticks.values()].flatMap(lateness);
  ground.say(`${late.length} ticks were timed`);
  const depth = depths.some(Number.isNaN) ? Number.NaN : most(depths);
  const among = `${names.length} progressing`;
  return [
    { what: `${among}: watch hop meanwhile, p99`, value: hopOf(await hops).p99Ms, unit: 'ms' },
    { what: `${among}: time on cores`, value: cores, unit: 'cores', budget: budgets.cores },
    { what: `${among}: RSS, most`, value: most(rss), unit: 'MiB', budget: budgets.rssMiB },
    { what: `${among}: lateness of a tick, p50`, value: quantile(late, 0.5), unit: 'ms' },
    { what: `${among}: lateness of a tick, p99`, value: quantile(late, 0.99), unit: 'ms', budget: budgets.latenessMs },
    { what: `${among}: queue, most`, value: depth, unit: '', budget: budgets.queue },
  ];
}

/** How much later than an interval after the one before each tick was. */
export function lateness(times: readonly number[]): number[] {
  return times.slice(1).map((at, i) => Math.max(at - (times[i] ?? 0) - INTERVAL_MS, 0));
}

function queueDepth(metrics: string | undefined): number {
  return Number(/^sluice_queue_depth (\d+)/m.exec(metrics ?? '')?.[1] ?? Number.NaN);
}
