import type { Clock } from '../runtime/clock.ts';
import { isNewer } from './cache.ts';

/**
 * How far a watch is behind the API server, told by our own writes: the time from the answer to a write until the watch has
 * told of it. One write is measured at a time, so that it costs nothing; a watch that stands still shows as a growing lag.
 */
export class WatchLag {
  readonly #clock: Clock;
  /** The newest version that the watch has told. */
  #seen: string | undefined;
  #pending: { readonly version: string; readonly at: number } | undefined;
  #lastMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  wrote(version: string | undefined): void {
    if (version === undefined || this.#pending) return;
    if (this.#seen !== undefined && !isNewer(version, this.#seen)) this.#lastMs = 0;
    else this.#pending = { version, at: this.#clock.now() };
  }

  /** An object, or a whole list, at a version. */
  saw(version: string | undefined): void {
    if (version === undefined) return;
    if (isNewer(version, this.#seen)) this.#seen = version;
    if (!this.#pending || isNewer(this.#pending.version, version)) return;
    this.#lastMs = this.#clock.now() - this.#pending.at;
    this.#pending = undefined;
  }

  /** Of the write that was measured last, or is waited for, whichever is longer. */
  get ms(): number {
    return Math.max(this.#lastMs, this.#pending ? this.#clock.now() - this.#pending.at : 0);
  }
}
