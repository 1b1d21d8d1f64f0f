import { Agent, request } from 'undici';
import { type Clock, pause } from '../runtime/clock.ts';

/** What was answered, by version; `none` counts requests that nothing answered. */
export interface Tally {
  readonly sent: number;
  readonly byVersion: ReadonlyMap<string, { readonly ok: number; readonly failed: number }>;
  /** When each version answered last, in milliseconds. */
  readonly lastSeen: ReadonlyMap<string, number>;
}

const CLIENTS = 8;
const PAUSE_MS = 20;

/** Constant traffic of a few clients through the gateway, as users would make it. Counts what comes back. */
export class Traffic {
  readonly #url: string;
  readonly #host: string;
  readonly #clock: Clock;
  readonly #stop = new AbortController();
  readonly #agent = new Agent({ connections: CLIENTS });
  readonly #byVersion = new Map<string, { ok: number; failed: number }>();
  readonly #lastSeen = new Map<string, number>();
  #clients: Promise<void>[] = [];
  #sent = 0;

  constructor(url: string, host: string, clock: Clock) {
    this.#url = url;
    this.#host = host;
    this.#clock = clock;
  }

  start(): void {
    this.#clients = Array.from({ length: CLIENTS }, () => this.#client());
  }

  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#clients);
    await this.#agent.close();
  }

  get tally(): Tally {
    return { sent: this.#sent, byVersion: this.#byVersion, lastSeen: this.#lastSeen };
  }

  async #client(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      await this.#one();
      await pause(this.#clock, PAUSE_MS, this.#stop.signal);
    }
  }

  async #one(): Promise<void> {
    this.#sent += 1;
    try {
      const headers = { host: this.#host };
      const response = await request(this.#url, { dispatcher: this.#agent, headers, headersTimeout: 5_000 });
      const body = await response.body.text();
      this.#count(versionIn(body), response.statusCode < 500);
    } catch {
      this.#count('none', false);
    }
  }

  #count(version: string, ok: boolean): void {
    const entry = this.#byVersion.get(version) ?? { ok: 0, failed: 0 };
    entry[ok ? 'ok' : 'failed'] += 1;
    this.#byVersion.set(version, entry);
    this.#lastSeen.set(version, this.#clock.now());
  }
}

function versionIn(body: string): string {
  try {
    const { version } = JSON.parse(body) as { version?: string };
    return version ?? 'none';
  } catch {
    return 'none';
  }
}
