import type { Notice } from './notice.ts';

interface Entry {
  since: number;
  last: number | undefined;
}

/**
 * Decides when a state that lasts is said again: once per interval while it lasts. Kept in memory only: after a restart a
 * lasting state is said once more.
 */
export class Recurring {
  readonly #byKey = new Map<string, Map<string, Entry>>();

  /**
   * Takes all notices of a decision; gives those to be said now, and when the next one is due. States that aren't among
   * them any more are forgotten.
   */
  pick(
    key: string,
    notices: readonly Notice[],
    now: number,
    intervalMs: number,
  ): { readonly say: readonly Notice[]; readonly dueAt: number | undefined } {
    const before = this.#byKey.get(key);
    const after = new Map<string, Entry>();
    const say: Notice[] = [];
    let dueAt: number | undefined;
    for (const notice of notices) {
      if (notice.kind !== 'event' || notice.repeat === 'once') {
        say.push(notice);
        continue;
      }
      // The text of a wait changes as it goes on ("1 of 2 ready"); it is still the same wait.
      const id = notice.repeat === 'afterInterval' ? notice.repeat : notice.message;
      const entry = before?.get(id) ?? { since: now, last: undefined };
      const due = entry.last !== undefined ? entry.last + intervalMs : firstDue(notice.repeat, entry.since, intervalMs);
      if (now >= due) {
        say.push(notice);
        entry.last = now;
      }
      after.set(id, entry);
      const next = now >= due ? now + intervalMs : due;
      dueAt = dueAt === undefined ? next : Math.min(dueAt, next);
    }
    if (after.size > 0) this.#byKey.set(key, after);
    else this.#byKey.delete(key);
    return { say, dueAt };
  }

  delete(key: string): void {
    this.#byKey.delete(key);
  }
}

function firstDue(repeat: 'eachInterval' | 'afterInterval', since: number, intervalMs: number): number {
  return repeat === 'eachInterval' ? since : since + intervalMs;
}
