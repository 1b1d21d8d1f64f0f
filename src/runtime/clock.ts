/** The only source of time. Policy gets an instant passed in; everything that waits takes a `Clock`. */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Calls `fire` once after `delayMs` (at least 0). The returned function cancels it. */
  after(delayMs: number, fire: () => void): () => void;
}

/** The machine's own time. Timers don't keep the process alive on their own account. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, fire) {
    // setTimeout overflows above 2^31-1 ms and would fire at once
    const timer = setTimeout(fire, Math.min(Math.max(delayMs, 0), 2_147_483_647));
    return () => clearTimeout(timer);
  },
};

/** Resolves after `delayMs`, or at once when `signal` aborts. Never rejects. */
export function pause(clock: Clock, delayMs: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal?.aborted) return resolve();
    const done = () => {
      cancel();
      signal?.removeEventListener('abort', done);
      resolve();
    };
    const cancel = clock.after(delayMs, done);
    signal?.addEventListener('abort', done, { once: true });
  });
}

/** A time limit on something that may be cancelled from outside as well. */
export interface Deadline {
  /** Aborts when the time is over, with a `TimeoutError`, or when `outer` does, with its reason. */
  readonly signal: AbortSignal;
  readonly isOver: () => boolean;
  /** Must be called when the work is done: nothing is kept of it then. */
  readonly clear: () => void;
}

/**
 * Instead of `AbortSignal.timeout` and `AbortSignal.any`: those keep a timer and several objects for each request until its
 * time is over, although it was answered long ago.
 */
export function deadline(clock: Clock, limitMs: number, outer?: AbortSignal): Deadline {
  const end = new AbortController();
  let over = false;
  const cancel = clock.after(limitMs, () => {
    over = true;
    end.abort(new DOMException('the time is over', 'TimeoutError'));
  });
  const follow = () => end.abort(outer?.reason);
  if (outer?.aborted) follow();
  else outer?.addEventListener('abort', follow, { once: true });
  return {
    signal: end.signal,
    isOver: () => over,
    clear() {
      cancel();
      outer?.removeEventListener('abort', follow);
    },
  };
}

/** RFC 3339 with seconds, as Kubernetes writes `metav1.Time`. */
export function toTimestamp(instantMs: number): string {
  return new Date(Math.floor(instantMs / 1000) * 1000).toISOString().replace('.000Z', 'Z');
}
