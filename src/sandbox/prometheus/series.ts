import type { Labels } from './labels.ts';

export interface Point {
  readonly timeMs: number;
  readonly value: number;
}

/** The samples of one series, in order of time. Stale markers are entries whose time is also in a set of their own. */
export class Series {
  readonly labels: Labels;
  readonly #times: number[] = [];
  readonly #values: number[] = [];
  readonly #stale = new Set<number>();

  constructor(labels: Labels) {
    this.labels = labels;
  }

  /** Whether the sample was kept: not when there is a later one, or another one of the same time. */
  append(timeMs: number, value: number): boolean {
    const last = this.#times.at(-1);
    if (last === timeMs) return Object.is(this.#values.at(-1), value) && !this.#stale.has(timeMs);
    if (last !== undefined && last > timeMs) return false;
    this.#times.push(timeMs);
    this.#values.push(value);
    return true;
  }

  appendStale(timeMs: number): boolean {
    const last = this.#times.at(-1);
    if (last !== undefined && this.#stale.has(last)) return true;
    if (last === timeMs || !this.append(timeMs, Number.NaN)) return false;
    this.#stale.add(timeMs);
    return true;
  }

  /** What lies in (`afterMs`, `toMs`]; `undefined` when nothing does. Reads lazily, so use it before the next append. */
  window(afterMs: number, toMs: number) {
    const from = firstAfter(this.#times, afterMs);
    const end = firstAfter(this.#times, toMs);
    if (from >= end) return undefined;
    return {
      labels: this.labels,
      last: (): Point | undefined => this.#point(end - 1),
      points: (): readonly Point[] => this.#points(from, end),
    };
  }

  /** Forgets samples older than `oldestMs`. Whether anything is left. */
  dropBefore(oldestMs: number): boolean {
    const expired = firstAfter(this.#times, oldestMs - 1);
    for (const time of this.#stale) if (time < oldestMs) this.#stale.delete(time);
    this.#times.splice(0, expired);
    this.#values.splice(0, expired);
    return this.#times.length > 0;
  }

  #points(from: number, end: number): Point[] {
    const points: Point[] = [];
    for (let index = from; index < end; index++) {
      const point = this.#point(index);
      if (point) points.push(point);
    }
    return points;
  }

  #point(index: number): Point | undefined {
    const timeMs = this.#times[index];
    const value = this.#values[index];
    if (timeMs === undefined || value === undefined || this.#stale.has(timeMs)) return undefined;
    return { timeMs, value };
  }
}

/** Index of the first time later than `timeMs`, or the length. */
function firstAfter(times: readonly number[], timeMs: number): number {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((times[middle] ?? Number.POSITIVE_INFINITY) > timeMs) high = middle;
    else low = middle + 1;
  }
  return low;
}
