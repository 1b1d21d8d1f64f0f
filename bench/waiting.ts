import { type Clock, pause, systemClock } from '../src/runtime/clock.ts';

/** How long any single wait may take before the run is given up. */
export const PATIENCE_MS = 600_000;
const QUIET_WITHIN_MS = 60_000;

/** Waits until something holds, looking every so often. Rejects after ten minutes, with `what` was waited for. */
export async function untilSeen(
  what: string,
  everyMs: number,
  holds: () => boolean | Promise<boolean>,
  clock: Clock = systemClock,
): Promise<void> {
  const deadline = clock.now() + PATIENCE_MS;
  while (!(await holds())) {
    if (clock.now() >= deadline) throw new Error(`timed out: ${what}`);
    await pause(clock, everyMs);
  }
}

/**
 * Waits until a count has stayed the same for a while: what there was to do is done. Resolves with `false` when that didn't come
 * true within a minute: who is never quiet is measured as well, and found wanting.
 */
export async function untilQuiet(
  quietMs: number,
  count: () => number | Promise<number>,
  clock: Clock = systemClock,
): Promise<boolean> {
  const deadline = clock.now() + QUIET_WITHIN_MS;
  for (let before = await count(); clock.now() < deadline; ) {
    await pause(clock, quietMs);
    const now = await count();
    if (now === before) return true;
    before = now;
  }
  return false;
}
