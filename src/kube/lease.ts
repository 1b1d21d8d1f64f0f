import { type Clock, deadline, pause } from '../runtime/clock.ts';
import type { Client } from './client.ts';
import { ApiError } from './errors.ts';
import { dig, type JsonObject, type KubeObject } from './object.ts';

export interface ElectionOptions {
  readonly client: Pick<Client, 'get' | 'create' | 'update'>;
  readonly clock: Clock;
  readonly namespace: string;
  /** Who stands for election, different for each process: `<hostname>_<uuid>`. */
  readonly identity: string;
  /** Default `flagger-leader-election`, so that Flagger and Sluice can't both lead. */
  readonly name?: string;
  /** How long others wait after the last sign of life, default 60 s. */
  readonly durationMs?: number;
  /** A leader that couldn't renew for so long steps down; less than `durationMs`. Default 15 s. */
  readonly renewDeadlineMs?: number;
  /** Between two looks at the Lease, default 5 s. */
  readonly retryMs?: number;
  /** Leadership was lost, not given back: all work must end at once. */
  readonly onLost: () => void;
  /** The Lease couldn't be read or written; it is tried again. */
  readonly onTrouble?: (error: unknown) => void;
}

export interface Election {
  /** Resolves with `true` when this process leads, with `false` when it was stopped before. */
  readonly won: Promise<boolean>;
  leads(): boolean;
  /**
   * Whether nothing that this process has in hand may reach the API server any more: it couldn't renew in time, even if it
   * hasn't noticed yet, as when it was asleep; or it has lost the Lease or given it back.
   */
  overdue(): boolean;
  /** Steps down and lets others take over at once. May be called more than once. */
  stop(): Promise<void>;
}

/** Stands for election until it is won, and renews the Lease until it is lost or given back. */
export function standForElection(options: ElectionOptions): Election {
  return new LeaseElection(options);
}

const DEFAULTS = { name: 'flagger-leader-election', durationMs: 60_000, renewDeadlineMs: 15_000, retryMs: 5_000 };

/** `over`: lost or given back. A process that is to lead again is another one. */
type Term = 'standing' | 'leading' | 'over';

class LeaseElection implements Election {
  readonly won: Promise<boolean>;
  readonly #options: ElectionOptions & typeof DEFAULTS;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #decide: (won: boolean) => void = () => {};
  #term: Term = 'standing';
  #stopped: Promise<void> | undefined;
  #renewedAt = 0;
  /** The Lease as last seen, and when it was first seen so: clocks of other machines are never trusted. */
  #seen: { readonly lease: KubeObject; readonly at: number } | undefined;

  constructor(options: ElectionOptions) {
    this.#options = { ...DEFAULTS, ...options };
    this.won = new Promise((resolve) => {
      this.#decide = resolve;
    });
    this.#running = this.#run();
  }

  leads(): boolean {
    return this.#term === 'leading';
  }

  overdue(): boolean {
    return this.#term === 'over' || (this.#term === 'leading' && this.#options.clock.now() >= this.#deadline());
  }

  stop(): Promise<void> {
    this.#stopped ??= this.#end();
    return this.#stopped;
  }

  async #end(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    this.#decide(false);
    // Who is overdue may write nothing, not even this: the Lease runs out on its own
    if (this.leads() && !this.overdue()) await this.#giveBack();
    this.#term = 'over';
  }

  async #run(): Promise<void> {
    const { clock, retryMs } = this.#options;
    while (!this.#stopping.signal.aborted && !(await this.#attempt(retryMs))) {
      await pause(clock, retryMs, this.#stopping.signal);
    }
    if (this.#stopping.signal.aborted) return;
    await this.#keep();
  }

  async #keep(): Promise<void> {
    const { clock, retryMs, onLost } = this.#options;
    while (!this.#stopping.signal.aborted) {
      const deadline = this.#deadline();
      await pause(clock, Math.min(retryMs, deadline - clock.now()), this.#stopping.signal);
      if (this.#stopping.signal.aborted) return;
      const startedAt = clock.now();
      if (startedAt < deadline && (await this.#attempt(deadline - startedAt))) continue;
      if (this.#isTaken() || clock.now() >= deadline) {
        if (this.#stopping.signal.aborted) return;
        this.#term = 'over';
        onLost();
        return;
      }
    }
  }

  #deadline(): number {
    return this.#renewedAt + this.#options.renewDeadlineMs;
  }

  /** Takes or renews the Lease if that is possible within `limitMs`. Returns whether it is ours now. */
  async #attempt(limitMs: number): Promise<boolean> {
    try {
      return await this.#within(limitMs, (signal) => this.#takeOrRenew(signal), this.#stopping.signal);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#options.onTrouble?.(error);
      return false;
    }
  }

  /** Rejects when the time is over or `outer` aborts, whether the work heeds its signal or not. Keeps nothing of it. */
  async #within<T>(limitMs: number, work: (signal: AbortSignal) => Promise<T>, outer?: AbortSignal): Promise<T> {
    const { signal, clear } = deadline(this.#options.clock, limitMs, outer);
    let end = () => {};
    const ended = new Promise<never>((_, reject) => {
      end = () => reject(new ApiError('the Lease was not answered for in time', { code: 0, reason: 'Timeout' }));
    });
    if (signal.aborted) end();
    else signal.addEventListener('abort', end);
    try {
      return await Promise.race([ended, work(signal)]);
    } finally {
      signal.removeEventListener('abort', end);
      clear();
    }
  }

  async #takeOrRenew(signal: AbortSignal): Promise<boolean> {
    const startedAt = this.#options.clock.now();
    const lease = await this.#read(signal);
    if (lease && !this.#mayTake()) return false;
    const next = this.#record(lease);
    try {
      const { client } = this.#options;
      const written = await (lease ? client.update(next, { signal }) : client.create(next, { signal }));
      if (signal.aborted) return false;
      this.#see(written);
      this.#renewedAt = startedAt;
      this.#term = 'leading';
      this.#decide(true);
      return true;
    } catch (error) {
      // someone else was faster
      if (ApiError.is(error, 'Conflict') || ApiError.is(error, 'AlreadyExists')) return false;
      throw error;
    }
  }

  async #read(signal: AbortSignal): Promise<KubeObject | undefined> {
    const { client, namespace, name } = this.#options;
    try {
      const lease = await client.get({ apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', namespace, name }, signal);
      this.#see(lease);
      return lease;
    } catch (error) {
      if (!ApiError.is(error, 'NotFound')) throw error;
      this.#seen = undefined;
      return undefined;
    }
  }

  #see(lease: KubeObject): void {
    const same = JSON.stringify(lease['spec']) === JSON.stringify(this.#seen?.lease['spec']);
    this.#seen = { lease, at: same && this.#seen ? this.#seen.at : this.#options.clock.now() };
  }

  #holder(): unknown {
    return dig(this.#seen?.lease, 'spec', 'holderIdentity') ?? '';
  }

  #isTaken(): boolean {
    return this.#holder() !== '' && this.#holder() !== this.#options.identity;
  }

  /** Whether the Lease is free, ours, or its holder gave no sign of life for the time that he promised. */
  #mayTake(): boolean {
    const { clock, durationMs } = this.#options;
    if (!this.#isTaken()) return true;
    const promised = dig(this.#seen?.lease, 'spec', 'leaseDurationSeconds');
    const validMs = typeof promised === 'number' ? promised * 1000 : durationMs;
    return clock.now() - (this.#seen?.at ?? 0) >= validMs;
  }

  #record(lease: KubeObject | undefined): KubeObject {
    const { clock, namespace, name, identity, durationMs } = this.#options;
    const now = toMicroTime(clock.now());
    const before = dig(lease, 'spec') as JsonObject | undefined;
    const ours = before?.['holderIdentity'] === identity;
    const transitions = Number(before?.['leaseTransitions'] ?? 0);
    return {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      metadata: lease?.metadata ?? { name, namespace },
      spec: {
        ...before,
        holderIdentity: identity,
        leaseDurationSeconds: Math.ceil(durationMs / 1000),
        acquireTime: (ours ? before?.['acquireTime'] : undefined) ?? now,
        renewTime: now,
        leaseTransitions: lease && !ours ? transitions + 1 : transitions,
      },
    };
  }

  async #giveBack(): Promise<void> {
    const { client, clock, identity, retryMs, onTrouble } = this.#options;
    const lease = this.#seen?.lease;
    if (!lease || this.#holder() !== identity) return;
    const now = toMicroTime(clock.now());
    const spec = { ...(lease['spec'] as JsonObject), holderIdentity: '', leaseDurationSeconds: 1, renewTime: now };
    const free = { ...lease, spec: { ...spec, acquireTime: now } };
    try {
      await this.#within(retryMs, (signal) => client.update(free, { signal }));
    } catch (error) {
      // the Lease runs out on its own
      onTrouble?.(error);
    }
  }
}

/** RFC 3339 with microseconds, as Kubernetes writes `metav1.MicroTime`. */
function toMicroTime(instantMs: number): string {
  return new Date(instantMs).toISOString().replace('Z', '000Z');
}
