import { pause, systemClock } from '../src/runtime/clock.ts';
import type { SubjectProcess } from './subject-process.ts';

const LOOK_EVERY_MS = 200;

/** Waits until a controller shows the state of so many canaries in its metrics: it has looked at each of them. */
export async function untilLookedAt(process: SubjectProcess, canaries: number): Promise<void> {
  while (statesIn((await process.metrics()) ?? '') < canaries) await pause(systemClock, LOOK_EVERY_MS);
}

/** Canaries of which a page of metrics tells the state. */
export function statesIn(metrics: string): number {
  return metrics.match(/^flagger_canary_status\{/gm)?.length ?? 0;
}
