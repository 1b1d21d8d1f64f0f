import type { CanaryStatus } from '../api/status.ts';
import { equalValues } from '../kube/compare.ts';
import { ApiError } from '../kube/errors.ts';
import type { Decision } from './turn.ts';

/**
 * Decisions whose status may have been written although no answer came: they are told as soon as their status is seen, and
 * forgotten when another one was written in their place. In memory only: with the process goes what it had not said.
 */
export class Unsaid {
  readonly #byKey = new Map<string, Decision>();

  /** Notes a decision whose write failed, unless the API server surely refused it. */
  keep(key: string, decision: Decision, failure: unknown): void {
    if (failure instanceof ApiError && (failure.code === 0 || failure.code >= 500)) this.#byKey.set(key, decision);
  }

  forget(key: string): void {
    this.#byKey.delete(key);
  }

  /** The decision that a status proves to be written, once. */
  take(key: string, seen: CanaryStatus): Decision | undefined {
    const decision = this.#byKey.get(key);
    if (!decision || !equalValues(seen, decision.status)) return undefined;
    this.#byKey.delete(key);
    return decision;
  }
}
