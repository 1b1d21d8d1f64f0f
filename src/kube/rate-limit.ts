import { type Clock, pause } from '../runtime/clock.ts';

/** A token bucket: `burst` requests at once, then `qps` per second, in the order of asking. */
export class RateLimit {
  readonly #clock: Clock;
  readonly #qps: number;
  readonly #burst: number;
  #tokens: number;
  #filledAt: number;

  constructor(clock: Clock, qps: number, burst: number) {
    this.#clock = clock;
    this.#qps = qps;
    this.#burst = burst;
    this.#tokens = burst;
    this.#filledAt = clock.now();
  }

  /** Resolves when a request may go out. Tokens may be borrowed ahead, so that waiting requests keep their order. */
  async take(signal?: AbortSignal): Promise<void> {
    const now = this.#clock.now();
    // A clock that was set back must not count as debt
    const elapsedMs = Math.max(now - this.#filledAt, 0);
    this.#tokens = Math.min(this.#burst, this.#tokens + (elapsedMs / 1000) * this.#qps);
    this.#filledAt = now;
    this.#tokens -= 1;
    if (this.#tokens < 0) await pause(this.#clock, (-this.#tokens / this.#qps) * 1000, signal);
  }
}
