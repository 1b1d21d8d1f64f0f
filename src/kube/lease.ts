import { type Clock, pause } from '../runtime/clock.ts';
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
   * Whether this process led and couldn't renew in time, even if it hasn't noticed yet, as when it was asleep: nothing that it
   * has in hand may reach the API server any more.
   */
  overdue(): boolean;
  /** Steps down and lets others take over at once. */
  stop(): Promise<void>;
}

/** Stands for election until it is won, and renews the Lease until it is lost or given back. */
export function standForElection(options: ElectionOptions): Election {
  return new LeaseElection(options);
}

const DEFAULTS = { name: 'flagger-leader-election', durationMs: 60_000, renewDeadlineMs: 15_000, retryMs: 5_000 };

class LeaseElection implements Election {
  readonly won: Promise<boolean>;
  readonly #options: ElectionOptions & typeof DEFAULTS;
  readonly #stopping = new AbortController();
  readonly #running: Promise<void>;
  #decide: (won: boolean) => void = () => {};
  #leads = false;
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
    return this.#leads;
  }

  overdue(): boolean {
    return this.#leads && this.#options.clock.now() >= this.#deadline();
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    await this.#running;
    const led = this.#leads;
    this.#leads = false;
    this.#decide(false);
    if (led) await this.#giveBack();
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
        this.#leads = false;
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
    const limit = new AbortController();
    const cancel = this.#options.clock.after(limitMs, () => limit.abort());
    const signal = AbortSignal.any([limit.signal, this.#stopping.signal]);
    try {
      // a request that doesn't heed its signal must not hold up the deadline
      return await Promise.race([this.#takeOrRenew(signal), aborted(signal)]);
    } catch (error) {
      if (!this.#stopping.signal.aborted) this.#options.onTrouble?.(error);
      return false;
    } finally {
      cancel();
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
      this.#leads = true;
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
    const limit = new AbortController();
    const cancel = clock.after(retryMs, () => limit.abort());
    try {
      const write = client.update({ ...lease, spec: { ...spec, acquireTime: now } }, { signal: limit.signal });
      await Promise.race([write, aborted(limit.signal)]);
    } catch (error) {
      // the Lease runs out on its own
      onTrouble?.(error);
    } finally {
      cancel();
    }
  }
}

/** Rejects when the signal aborts. */
function aborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(new ApiError('the Lease was not answered for in time', { code: 0, reason: 'Timeout' }));
    if (signal.aborted) fail();
    else signal.addEventListener('abort', fail, { once: true });
  });
}

/** RFC 3339 with microseconds, as Kubernetes writes `metav1.MicroTime`. */
function toMicroTime(instantMs: number): string {
  return new Date(instantMs).toISOString().replace('Z', '000Z');
}
