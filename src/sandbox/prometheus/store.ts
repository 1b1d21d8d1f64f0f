import { type Labels, METRIC_NAME } from './labels.ts';
import type { Matcher } from './matcher.ts';
import { type Point, Series } from './series.ts';

/** What became of a sample: kept, or refused because its series has a later one or there are too many series. */
export type Appended = 'stored' | 'out of order' | 'too many series';

/** A series with at least one sample or stale marker in the window that was asked for. */
export interface SelectedSeries {
  readonly labels: Labels;
  /** The last sample of the window; `undefined` when the series is stale at its end. */
  last(): Point | undefined;
  /** The samples of the window, in order of time, without stale markers. */
  points(): readonly Point[];
}

export interface SeriesStore {
  append(labels: Labels, timeMs: number, value: number): Appended;
  /** Says that the series isn't there any more: it has no value until the next sample. */
  markStale(labels: Labels, timeMs: number): Appended;
  /** Series that fulfil all matchers and have something in the window (`afterMs`, `toMs`], in order of their creation. */
  select(matchers: readonly Matcher[], afterMs: number, toMs: number): readonly SelectedSeries[];
  /** Series that are kept. */
  readonly size: number;
}

export interface SeriesStoreOptions {
  /** How long samples are kept, measured from the newest one; 15 minutes. */
  readonly retentionMs?: number;
  /** 50,000. */
  readonly maxSeries?: number;
}

/** Series in memory, for one process and for as long as it runs. */
export function createSeriesStore(options: SeriesStoreOptions = {}): SeriesStore {
  return new MemoryStore(options.retentionMs ?? 15 * 60_000, options.maxSeries ?? 50_000);
}

class MemoryStore implements SeriesStore {
  readonly #series = new Map<string, Series>();
  readonly #byName = new Map<string, Set<Series>>();
  readonly #retentionMs: number;
  readonly #maxSeries: number;
  #newestMs = Number.NEGATIVE_INFINITY;
  #prunedMs = Number.NEGATIVE_INFINITY;

  constructor(retentionMs: number, maxSeries: number) {
    this.#retentionMs = retentionMs;
    this.#maxSeries = maxSeries;
  }

  get size(): number {
    return this.#series.size;
  }

  append(labels: Labels, timeMs: number, value: number): Appended {
    const series = this.#series.get(labels.key) ?? this.#create(labels);
    if (!series) return 'too many series';
    return this.#stored(series.append(timeMs, value), timeMs);
  }

  markStale(labels: Labels, timeMs: number): Appended {
    const series = this.#series.get(labels.key);
    // nobody can tell a series that never was from one that is stale
    if (!series) return 'stored';
    return this.#stored(series.appendStale(timeMs), timeMs);
  }

  select(matchers: readonly Matcher[], afterMs: number, toMs: number): readonly SelectedSeries[] {
    const selected: SelectedSeries[] = [];
    for (const series of this.#candidates(matchers)) {
      if (!matchers.every((matcher) => matcher.matches(series.labels.get(matcher.name)))) continue;
      const window = series.window(afterMs, toMs);
      if (window) selected.push(window);
    }
    return selected;
  }

  #candidates(matchers: readonly Matcher[]): Iterable<Series> {
    const named = matchers.find(
      ({ name, operator, value }) => name === METRIC_NAME && operator === '=' && value !== '',
    );
    return named ? (this.#byName.get(named.value) ?? []) : this.#series.values();
  }

  #create(labels: Labels): Series | undefined {
    if (this.#series.size >= this.#maxSeries) this.#prune();
    if (this.#series.size >= this.#maxSeries) return undefined;
    const series = new Series(labels);
    this.#series.set(labels.key, series);
    const name = labels.get(METRIC_NAME);
    const sameName = this.#byName.get(name) ?? new Set();
    this.#byName.set(name, sameName.add(series));
    return series;
  }

  #stored(kept: boolean, timeMs: number): Appended {
    if (!kept) return 'out of order';
    this.#newestMs = Math.max(this.#newestMs, timeMs);
    // walking over all series is cheap when it is rare; samples may live a quarter longer than asked for
    if (this.#newestMs - this.#prunedMs > this.#retentionMs / 4) this.#prune();
    return 'stored';
  }

  #prune(): void {
    this.#prunedMs = this.#newestMs;
    const oldestMs = this.#newestMs - this.#retentionMs;
    for (const [key, series] of this.#series) {
      if (series.dropBefore(oldestMs)) continue;
      this.#series.delete(key);
      const name = series.labels.get(METRIC_NAME);
      const sameName = this.#byName.get(name);
      sameName?.delete(series);
      if (sameName?.size === 0) this.#byName.delete(name);
    }
  }
}
