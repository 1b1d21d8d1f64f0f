import type { CanaryStatus } from '../api/status.ts';
import { equalValues } from '../kube/compare.ts';
import { ApiError } from '../kube/errors.ts';
import type { Decision } from './turn.ts';

/** Attempts of one Canary that are kept: while nobody answers, the same decision is taken again and again on an old cache. */
const ATTEMPTS_KEPT = 16;

/**
 * Decisions whose status may have been written although no answer came: they are told as soon as their status is seen, and
 * forgotten when another one was written in their place. In memory only: with the process goes what it had not said.
 */
export class Unsaid {
  readonly #byKey = new Map<string, readonly Decision[]>();

  /** Notes a decision whose write failed, unless the API server surely refused it. */
  keep(key: string, decision: Decision, failure: unknown): void {
    if (!(failure instanceof ApiError) || (failure.code > 0 && failure.code < 500)) return;
    this.#byKey.set(key, [...(this.#byKey.get(key) ?? []), decision].slice(-ATTEMPTS_KEPT));
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }

  /** The decision that a status proves to be written, once. */
  take(key: string, seen: CanaryStatus): Decision | undefined {
    const decision = this.#byKey.get(key)?.find(({ status }) => equalValues(seen, status));
    if (decision) this.#byKey.delete(key);
    return decision;
  }
}
