import type { Clock } from './clock.ts';

interface Timer {
  readonly at: number;
  readonly order: number;
  readonly fire: () => void;
}

/**
 * A clock that moves only when told to. Used by tests and by `sluice simulate`: a release of days passes in milliseconds.
 * Between two timers it lets every pending promise and in-process message settle, so code under test sees time in the
 * order in which it would happen.
 */
export class VirtualClock implements Clock {
  #now: number;
  #order = 0;
  #timers = new Set<Timer>();

  constructor(startMs = Date.UTC(2026, 0, 1)) {
    this.#now = startMs;
  }

  now(): number {
    return this.#now;
  }

  after(delayMs: number, fire: () => void): () => void {
    const timer: Timer = { at: this.#now + Math.max(delayMs, 0), order: this.#order++, fire };
    this.#timers.add(timer);
    return () => this.#timers.delete(timer);
  }

  /** Moves the time by `ms`, firing what falls due on the way. */
  async advance(ms: number): Promise<void> {
    await this.runUntil(() => false, ms);
  }

  /**
   * Moves the time from timer to timer until `reached` holds. Gives up after `limitMs` of virtual time.
   * @returns whether `reached` held
   */
  async runUntil(reached: () => boolean, limitMs: number): Promise<boolean> {
    const end = this.#now + limitMs;
    for (;;) {
      await settle();
      if (reached()) return true;
      const next = this.#next();
      if (!next || next.at > end) {
        this.#now = end;
        return false;
      }
      this.#timers.delete(next);
      this.#now = Math.max(this.#now, next.at);
      next.fire();
    }
  }

  #next(): Timer | undefined {
    let next: Timer | undefined;
    for (const timer of this.#timers) {
      if (!next || timer.at < next.at || (timer.at === next.at && timer.order < next.order)) next = timer;
    }
    return next;
  }
}

/** Turns of the event loop that in-process work may need before it comes to rest. */
const SETTLE_TURNS = 12;

/** Lets promises and in-process messages come to rest. */
export async function settle(turns = SETTLE_TURNS): Promise<void> {
  for (let i = 0; i < turns; i++) await new Promise((resolve) => setImmediate(resolve));
}
