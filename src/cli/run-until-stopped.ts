import type { Election } from '../kube/lease.ts';
import type { Sluice } from '../main.ts';
import type { Clock } from '../runtime/clock.ts';

/** What is run, and what ends it. */
export interface Life {
  readonly sluice: Pick<Sluice, 'start' | 'stop'>;
  /** `undefined`: nobody else is at work, so there is nothing to wait for. */
  readonly election: Pick<Election, 'won' | 'leads' | 'stop'> | undefined;
  readonly clock: Clock;
  /** Aborts when all is to end. */
  readonly stop: AbortSignal;
  readonly onReady: () => void;
  readonly onStopping: () => void;
}

/** How long the end may take. With the 5 s for giving the Lease back it is less than the 30 s that a Pod has for it. */
const LONGEST_END_MS = 20_000;

/**
 * Waits to lead, works until it is told to stop, and gives the Lease back when no decision is in hand any more, also where the
 * caches aren't full yet. Resolves with whether everything came to its end; where it didn't, the Lease was given back all the
 * same, after which `Election.overdue` keeps the rest from the API server. Rejects, at the end, when the start fails.
 */
export async function runUntilStopped(life: Life): Promise<boolean> {
  const { sluice, election, stop } = life;
  const stopped = whenAborted(stop);
  // Who leads has decisions in hand, maybe before it is ready; who doesn't has nothing to finish
  void stopped.then(() => (election?.leads() ? undefined : election?.stop()));
  const leads = election === undefined || (await election.won);
  let isComplete = false;
  try {
    // The start ends by itself only if everything that it needs may be listed
    if (leads && !stop.aborted) await Promise.race([sluice.start(), stopped]);
    if (leads && !stop.aborted) life.onReady();
    await stopped;
  } finally {
    isComplete = await end(life);
  }
  return isComplete;
}

async function end({ sluice, election, clock, onStopping }: Life): Promise<boolean> {
  onStopping();
  let cancel = () => {};
  const tooLate = new Promise<false>((resolve) => {
    cancel = clock.after(LONGEST_END_MS, () => resolve(false));
  });
  try {
    // The Lease is given back while there still is a connection
    const ended = sluice.stop(async () => election?.stop()).then(() => true);
    return await Promise.race([ended, tooLate]);
  } finally {
    cancel();
    await election?.stop();
  }
}

function whenAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
