import type { Clock } from '../../runtime/clock.ts';

/**
 * Work that follows a change a moment later, as controllers do it. Keys added while they wait are worked on once.
 */
export class Soon {
  #clock: Clock;
  #work: (key: string) => void;
  #waiting = new Set<string>();
  #armed = false;

  constructor(clock: Clock, work: (key: string) => void) {
    this.#clock = clock;
    this.#work = work;
  }

  add(key: string): void {
    this.#waiting.add(key);
    if (this.#armed) return;
    this.#armed = true;
    this.#clock.after(0, () => {
      this.#armed = false;
      const keys = [...this.#waiting];
      this.#waiting.clear();
      for (const due of keys) this.#work(due);
    });
  }
}
