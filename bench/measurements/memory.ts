import { budgets } from '../budgets.ts';
import type { Figure } from '../figure.ts';
import type { Ground } from '../ground.ts';
import type { SubjectProcess } from '../subject-process.ts';
import { untilSeen } from '../waiting.ts';

/** Thirty per canary: what a controller keeps of each run, such as the events that it has told, is there by then. */
const WARM_UP = 15_000;
const DECISIONS = 50_000;
const LOOK_EVERY_MS = 100;

/**
 * How much the memory in use grows over 50,000 decisions. It is read twice in the middle of the same runs, each time right after
 * all garbage was collected: after a warm-up and after the decisions. Each check that is answered is a decision.
 */
export async function measureMemory(
  ground: Ground,
  process: SubjectProcess,
  namespace: string,
  names: readonly string[],
): Promise<Figure[]> {
  let decisions = 0;
  ground.prometheus.onSample = () => {
    decisions += 1;
  };
  const reached = (count: number) => untilSeen(`${count} decisions`, LOOK_EVERY_MS, () => decisions >= count);
  await Promise.all(names.map((name) => ground.bring(namespace, name)));
  await reached(WARM_UP);
  const before = await process.heap();
  const began = performance.now();
  await reached(WARM_UP + DECISIONS);
  const seconds = (performance.now() - began) / 1000;
  const after = await process.heap();
  ground.prometheus.onSample = () => {};
  const megabytes = (bytes: number) => (bytes / 2 ** 20).toFixed(1);
  ground.say(`heap ${megabytes(before)} → ${megabytes(after)} MiB, ${(DECISIONS / seconds).toFixed(0)} decisions/s`);
  const growth = (after / before - 1) * 100;
  return [
    { what: 'growth of memory over 50,000 decisions', value: growth, unit: '%', budget: budgets.heapGrowthPercent },
  ];
}
