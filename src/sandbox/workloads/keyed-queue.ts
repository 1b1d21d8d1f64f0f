import { ApiError } from '../../kube/errors.ts';
import type { Clock } from '../../runtime/clock.ts';

const FIRST_RETRY_MS = 50;
const LAST_RETRY_MS = 10_000;

export interface KeyedQueue {
  /** Has the key visited soon. Many calls before the visit make one visit. */
  add(key: string): void;
  /** Begins no more visits; resolves when the running ones are over. */
  stop(): Promise<void>;
}

export interface KeyedQueueOptions {
  readonly clock: Clock;
  /** Brings one key up to date; a number asks for another visit after that many milliseconds. */
  readonly visit: (key: string) => Promise<number | undefined>;
  /** Told of failures that aren't a lost race with another writer. They are retried all the same. */
  readonly onError: (error: unknown, key: string) => void;
}

interface Entry {
  running: Promise<void> | undefined;
  again: boolean;
  failures: number;
  cancelTimer: () => void;
}

/** Visits keys one after another per key, different keys side by side. A failed visit is retried, later each time. */
export function keyedQueue({ clock, visit, onError }: KeyedQueueOptions): KeyedQueue {
  const entries = new Map<string, Entry>();
  let stopped = false;

  function add(key: string): void {
    if (stopped) return;
    const entry = entries.get(key) ?? { running: undefined, again: false, failures: 0, cancelTimer: () => {} };
    entries.set(key, entry);
    entry.cancelTimer();
    if (entry.running) entry.again = true;
    else entry.running = run(key, entry);
  }

  async function run(key: string, entry: Entry): Promise<void> {
    // changes that come in one go are one visit
    await Promise.resolve();
    const delayMs = stopped ? undefined : await attempt(key, entry);
    entry.running = undefined;
    if (stopped) return;
    if (entry.again) {
      entry.again = false;
      entry.running = run(key, entry);
    } else if (delayMs === undefined) {
      entries.delete(key);
    } else {
      entry.cancelTimer = clock.after(delayMs, () => add(key));
    }
  }

  async function attempt(key: string, entry: Entry): Promise<number | undefined> {
    try {
      const delayMs = await visit(key);
      entry.failures = 0;
      return delayMs;
    } catch (error) {
      if (!isLostRace(error)) onError(error, key);
      return Math.min(FIRST_RETRY_MS * 2 ** entry.failures++, LAST_RETRY_MS);
    }
  }

  return {
    add,
    async stop() {
      stopped = true;
      for (const entry of entries.values()) entry.cancelTimer();
      await Promise.all([...entries.values()].map((entry) => entry.running));
    },
  };
}

function isLostRace(error: unknown): boolean {
  return ['Conflict', 'NotFound', 'AlreadyExists'].some((reason) => ApiError.is(error, reason));
}
