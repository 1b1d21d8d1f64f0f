import type { Clock } from './clock.ts';

/** What processing a key came to: look again after a while, or only when something changes. */
export type Processed = { readonly requeueAfterMs?: number } | undefined;

/** Keys to be worked on. A key is never worked on twice at once, and one that is waiting isn't queued twice. */
export interface Queue {
  /** As soon as possible; once more if it is being worked on. */
  add(key: string): void;
  /** Later; the earlier of two instants wins. */
  addAfter(key: string, delayMs: number): void;
  readonly depth: number;
  /** Nothing is queued and nothing is being worked on. */
  idle(): boolean;
  /**
   * Takes no more work and resolves when the work in hand is done. What isn't after 10 s is cancelled by its signal: it is then
   * neither told as failed nor tried again.
   */
  drain(): Promise<void>;
}

export interface QueueOptions {
  readonly clock: Clock;
  /** Keys worked on at once. */
  readonly concurrency: number;
  readonly process: (key: string, signal: AbortSignal) => Promise<Processed>;
  /** An attempt failed; it is tried again after a growing pause. */
  readonly onError?: (key: string, error: unknown) => void;
  /** How many keys wait, after each change of that number. */
  readonly onDepth?: (keys: number) => void;
}

const FIRST_RETRY_MS = 5;
const LONGEST_RETRY_MS = 300_000;
/** Leaves time for what follows within the 30 s that Kubernetes gives a Pod to end. */
const DRAIN_MS = 10_000;

export function createQueue(options: QueueOptions): Queue {
  return new KeyedQueue(options);
}

class KeyedQueue implements Queue {
  readonly #options: QueueOptions;
  readonly #ready = new Set<string>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #again = new Set<string>();
  readonly #timers = new Map<string, { readonly at: number; readonly cancel: () => void }>();
  readonly #failures = new Map<string, number>();
  readonly #stop = new AbortController();
  #draining = false;

  constructor(options: QueueOptions) {
    this.#options = options;
  }

  get depth(): number {
    return this.#ready.size;
  }

  idle(): boolean {
    return this.#ready.size === 0 && this.#working.size === 0;
  }

  add(key: string): void {
    if (this.#draining) return;
    this.#cancelTimer(key);
    if (this.#working.has(key)) this.#again.add(key);
    else this.#ready.add(key);
    this.#pump();
    this.#options.onDepth?.(this.#ready.size);
  }

  addAfter(key: string, delayMs: number): void {
    if (this.#draining) return;
    const at = this.#options.clock.now() + delayMs;
    const present = this.#timers.get(key);
    if (present && present.at <= at) return;
    present?.cancel();
    const cancel = this.#options.clock.after(delayMs, () => {
      this.#timers.delete(key);
      this.add(key);
    });
    this.#timers.set(key, { at, cancel });
  }

  async drain(): Promise<void> {
    this.#draining = true;
    for (const { cancel } of this.#timers.values()) cancel();
    this.#timers.clear();
    this.#ready.clear();
    this.#options.onDepth?.(0);
    this.#again.clear();
    const cancel = this.#options.clock.after(DRAIN_MS, () => this.#stop.abort());
    await Promise.all(this.#working.values());
    cancel();
    this.#stop.abort();
  }

  #pump(): void {
    for (const key of this.#ready) {
      if (this.#working.size >= this.#options.concurrency) return;
      this.#ready.delete(key);
      this.#cancelTimer(key);
      const work = this.#work(key).finally(() => {
        this.#working.delete(key);
        if (this.#again.delete(key)) this.add(key);
        this.#pump();
        this.#options.onDepth?.(this.#ready.size);
      });
      this.#working.set(key, work);
    }
  }

  async #work(key: string): Promise<void> {
    try {
      const outcome = await this.#options.process(key, this.#stop.signal);
      this.#failures.delete(key);
      if (outcome?.requeueAfterMs !== undefined) this.addAfter(key, outcome.requeueAfterMs);
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      const failures = this.#failures.get(key) ?? 0;
      this.#failures.set(key, failures + 1);
      this.#options.onError?.(key, error);
      this.addAfter(key, Math.min(FIRST_RETRY_MS * 2 ** failures, LONGEST_RETRY_MS));
    }
  }

  #cancelTimer(key: string): void {
    this.#timers.get(key)?.cancel();
    this.#timers.delete(key);
  }
}
