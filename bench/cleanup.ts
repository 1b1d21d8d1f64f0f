import { closeAll } from '../e2e/cluster/close-all.ts';

/** What has to be undone, however the run ends. */
export class Cleanup {
  readonly #steps: (() => unknown)[] = [];
  #running: Promise<void> | undefined;

  /** To be called before there is anything to undo; what came last is undone first. */
  add(step: () => unknown): void {
    this.#steps.unshift(step);
  }

  /** Undoes everything, once. Rejects at the end with what failed. */
  run(): Promise<void> {
    this.#running ??= closeAll(...this.#steps);
    return this.#running;
  }
}
