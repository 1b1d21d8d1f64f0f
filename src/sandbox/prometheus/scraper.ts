import type { Clock } from '../../runtime/clock.ts';
import type { Http } from '../../runtime/http.ts';
import { type ExposedSample, parseExposition } from './exposition.ts';
import { Labels, METRIC_NAME } from './labels.ts';
import type { SeriesStore } from './store.ts';

export interface ScrapeTarget {
  /** Address of the metrics page. */
  readonly url: string;
  /** Put on every series of the target; one that the page uses itself is kept as `exported_<name>`. */
  readonly labels: Readonly<Record<string, string>>;
}

export interface ScraperOptions {
  readonly clock: Clock;
  readonly http: Http;
  readonly store: SeriesStore;
  /** Asked before each round. */
  readonly targets: () => readonly ScrapeTarget[];
  /** Between the starts of two rounds; 1 second. */
  readonly intervalMs?: number;
}

export interface Scraper {
  /** The first round begins at once. Starting twice does nothing. */
  start(): void;
  /** Ends the rounds and marks every scraped series as stale. Answers that are still to come are dropped. */
  stop(): void;
}

/** A page at this size may have been cut by the client, so it isn't trusted. */
export const MAX_PAGE_BYTES = 1 << 20;
/** Samples that claim to be from further ahead are dropped: they would push everything else out of the store. */
const MAX_AHEAD_MS = 10 * 60_000;
const MAX_TIMEOUT_MS = 10_000;

/**
 * Reads the metrics pages of all targets in rounds. Each target gets the series `up`: 1 when its page was read, else 0.
 * Series that a page no longer has, and all series of a target that fails or went away, become stale.
 */
export function createScraper(options: ScraperOptions): Scraper {
  return new RoundScraper(options);
}

/** What is known of a target between rounds. */
interface Tracked {
  readonly target: ScrapeTarget;
  series: ReadonlyMap<string, Labels>;
  busy: boolean;
}

class RoundScraper implements Scraper {
  readonly #options: ScraperOptions;
  readonly #intervalMs: number;
  readonly #tracked = new Map<string, Tracked>();
  #cancel: (() => void) | undefined;
  #abort = new AbortController();

  constructor(options: ScraperOptions) {
    this.#options = options;
    this.#intervalMs = options.intervalMs ?? 1000;
  }

  start(): void {
    if (this.#cancel) return;
    this.#abort = new AbortController();
    this.#round(this.#options.clock.now());
  }

  stop(): void {
    this.#cancel?.();
    this.#cancel = undefined;
    this.#abort.abort();
    for (const tracked of this.#tracked.values()) this.#forget(tracked);
  }

  #round(dueMs: number): void {
    const { clock } = this.#options;
    const targets = new Map(this.#options.targets().map((target) => [identity(target), target]));
    for (const [key, tracked] of this.#tracked) if (!targets.has(key)) this.#forget(tracked);
    for (const [key, target] of targets) {
      const tracked = this.#tracked.get(key) ?? { target, series: new Map(), busy: false };
      this.#tracked.set(key, tracked);
      if (!tracked.busy) void this.#scrape(tracked);
    }
    // rounds that were missed are left out, the rhythm is kept
    const late = Math.max(clock.now() - dueMs, 0);
    const next = dueMs + this.#intervalMs * (Math.floor(late / this.#intervalMs) + 1);
    this.#cancel = clock.after(next - clock.now(), () => this.#round(next));
  }

  async #scrape(tracked: Tracked): Promise<void> {
    const { signal } = this.#abort;
    const atMs = this.#options.clock.now();
    tracked.busy = true;
    const samples = await this.#fetch(tracked.target, signal);
    tracked.busy = false;
    if (signal.aborted || this.#tracked.get(identity(tracked.target)) !== tracked) return;
    this.#record(tracked, samples, atMs);
  }

  /** `undefined` when the page can't be had or can't be read. */
  async #fetch(target: ScrapeTarget, signal: AbortSignal): Promise<readonly ExposedSample[] | undefined> {
    const headers = { accept: 'text/plain;version=0.0.4' };
    const timeoutMs = Math.min(this.#intervalMs, MAX_TIMEOUT_MS);
    const answer = await this.#options.http
      .request({ method: 'GET', url: target.url, headers, timeoutMs, signal })
      .catch(() => undefined);
    if (answer?.status !== 200 || Buffer.byteLength(answer.body) >= MAX_PAGE_BYTES) return undefined;
    const page = parseExposition(answer.body);
    return 'samples' in page ? page.samples : undefined;
  }

  #record(tracked: Tracked, samples: readonly ExposedSample[] | undefined, atMs: number): void {
    const { store } = this.#options;
    const seen = new Map<string, Labels>();
    for (const { labels: own, value, timestampMs } of samples ?? []) {
      if (timestampMs !== undefined && timestampMs > atMs + MAX_AHEAD_MS) continue;
      const labels = withTarget(own, tracked.target);
      store.append(labels, timestampMs ?? atMs, value);
      // a page that says its own times also says when a series ends
      if (timestampMs === undefined) seen.set(labels.key, labels);
    }
    const up = upSeries(tracked.target);
    store.append(up, atMs, samples ? 1 : 0);
    seen.set(up.key, up);
    for (const [key, labels] of tracked.series) if (!seen.has(key)) store.markStale(labels, atMs);
    tracked.series = seen;
  }

  #forget(tracked: Tracked): void {
    const now = this.#options.clock.now();
    // a sample of this very instant may be there already
    for (const labels of tracked.series.values()) this.#options.store.markStale(labels, now + 1);
    this.#tracked.delete(identity(tracked.target));
  }
}

function identity(target: ScrapeTarget): string {
  return JSON.stringify([target.url, Labels.of(Object.entries(target.labels)).key]);
}

function upSeries(target: ScrapeTarget): Labels {
  return Labels.of([...Object.entries(target.labels), [METRIC_NAME, 'up']]);
}

function withTarget(own: Labels, target: ScrapeTarget): Labels {
  const added = Object.entries(target.labels);
  const moved = added.flatMap(([name]): [string, string][] => {
    const value = own.get(name);
    return value === '' ? [] : [[freeName(own, `exported_${name}`), value]];
  });
  return own.with([...moved, ...added]);
}

function freeName(own: Labels, name: string): string {
  return own.get(name) === '' ? name : freeName(own, `exported_${name}`);
}
