import type { SubjectProcess } from './subject-process.ts';
import { untilSeen } from './waiting.ts';

const LOOK_EVERY_MS = 200;

/** Waits until a controller shows the state of so many canaries in its metrics: it has looked at each of them. */
export function untilLookedAt(process: SubjectProcess, canaries: number): Promise<void> {
  const hasAll = async () => statesIn((await process.metrics()) ?? '') >= canaries;
  return untilSeen(`the metrics show the state of ${canaries} canaries`, LOOK_EVERY_MS, hasAll);
}

/** Canaries of which a page of metrics tells the state. */
export function statesIn(metrics: string): number {
  return metrics.match(/^flagger_canary_status\{/gm)?.length ?? 0;
}
