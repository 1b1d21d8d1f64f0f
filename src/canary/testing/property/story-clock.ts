import type { Clock } from '../../../runtime/clock.ts';

interface Timer {
  readonly at: number;
  readonly fire: () => void;
}

/**
 * Virtual time for worlds whose work never leaves the microtask queue: one turn of the event loop between two timers lets
 * everything come to rest, which makes a whole release cost a few milliseconds.
 */
export class StoryClock implements Clock {
  #now = Date.UTC(2026, 0, 1);
  /** By time; the earlier set stands first among equals. */
  readonly #timers: Timer[] = [];

  now(): number {
    return this.#now;
  }

  after(delayMs: number, fire: () => void): () => void {
    const timer = { at: this.#now + Math.max(delayMs, 0), fire };
    let place = this.#timers.length;
    while (place > 0 && (this.#timers[place - 1]?.at ?? 0) > timer.at) place -= 1;
    this.#timers.splice(place, 0, timer);
    return () => {
      const index = this.#timers.indexOf(timer);
      if (index >= 0) this.#timers.splice(index, 1);
    };
  }

  /** Goes from timer to timer until none is left or `stop` holds. False when the limit is reached before. */
  async runToRest(limitMs: number, stop: () => boolean): Promise<boolean> {
    const end = this.#now + limitMs;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      if (stop()) return true;
      const next = this.#timers.shift();
      if (!next) return true;
      if (next.at > end) return false;
      this.#now = Math.max(this.#now, next.at);
      next.fire();
    }
  }
}

/** The time of one process: after its end none of its timers fires. */
export function mortal(clock: Clock, alive: () => boolean): Clock {
  return {
    now: () => clock.now(),
    after: (delayMs, fire) =>
      clock.after(delayMs, () => {
        if (alive()) fire();
      }),
  };
}
