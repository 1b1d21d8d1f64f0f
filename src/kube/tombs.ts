import type { Clock } from '../runtime/clock.ts';

/** How long a deletion is remembered at least: what a cut watch had left to tell, and the answers to writes of our own, come earlier. */
const KEPT_MS = 300_000;

/**
 * Versions at which objects were deleted, by uid: news from before that come late must not bring them back. In two generations, so
 * that nobody has to look for what is old, and a clock that is set back makes none be forgotten too early.
 */
export class Tombs {
  readonly #clock: Clock;
  #young = new Map<string, string>();
  #old = new Map<string, string>();
  #youngSince: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#youngSince = clock.now();
  }

  get size(): number {
    return this.#young.size + this.#old.size;
  }

  has(uid: string): boolean {
    return this.#young.has(uid) || this.#old.has(uid);
  }

  add(uid: string, version: string): void {
    const now = this.#clock.now();
    const ageMs = now - this.#youngSince;
    if (ageMs < 0 || ageMs >= KEPT_MS) {
      this.#old = this.#young;
      this.#young = new Map();
      this.#youngSince = now;
    }
    this.#old.delete(uid);
    this.#young.set(uid, version);
  }

  /** Forgets the deletions at versions of which that holds. */
  drop(isOver: (version: string) => boolean): void {
    for (const tombs of [this.#young, this.#old]) {
      for (const [uid, version] of tombs) if (isOver(version)) tombs.delete(uid);
    }
  }

  clear(): void {
    this.#young.clear();
    this.#old.clear();
  }
}
