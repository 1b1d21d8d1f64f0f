import { Pool } from 'undici';
import type { Directory, Endpoint } from './directory.ts';
import type { Backend } from './route-table.ts';

/** Connections to one endpoint; more requests wait. */
const CONNECTIONS = 128;
const KEEP_ALIVE_MS = 60_000;

/** Keep-alive connections to endpoints, and whose turn it is. */
export class Upstreams {
  readonly #directory: Directory;
  readonly #pools = new Map<string, Pool>();
  readonly #closing = new Set<Promise<void>>();
  readonly #turns = new Map<string, number>();

  constructor(directory: Directory) {
    this.#directory = directory;
  }

  /** The next endpoint in turn; another one than `failed` when there is one. `undefined` when none is ready. */
  next(backend: Backend, failed?: Endpoint): Endpoint | undefined {
    const ready = this.#directory.resolve(backend) ?? [];
    const others = ready.filter(({ id }) => id !== failed?.id);
    const choice = others.length > 0 ? others : ready;
    const key = `${backend.namespace}/${backend.service}`;
    const turn = this.#turns.get(key) ?? 0;
    // a second try is part of the same turn
    if (!failed) this.#turns.set(key, turn + 1);
    return choice[turn % choice.length];
  }

  /** Whether any endpoint takes requests. */
  isReady(backend: Backend): boolean {
    return (this.#directory.resolve(backend) ?? []).length > 0;
  }

  /** Whether the Service and its port exist. */
  exists(backend: Backend): boolean {
    return this.#directory.resolve(backend) !== undefined;
  }

  pool(endpoint: Endpoint): Pool {
    const present = this.#pools.get(endpoint.id);
    if (present) return present;
    const pool = new Pool(endpoint.url, { connections: CONNECTIONS, keepAliveTimeout: KEEP_ALIVE_MS });
    this.#pools.set(endpoint.id, pool);
    return pool;
  }

  /** Lets go of endpoints that aren't ready any more: requests in hand finish, then their connections close. */
  sweep(): void {
    if (this.#pools.size === 0) return;
    const ready = this.#directory.readyIds();
    for (const id of this.#pools.keys()) if (!ready.has(id)) this.#drop(id);
  }

  /** Resolves when all requests in hand are done and all connections closed. */
  async close(): Promise<void> {
    for (const id of [...this.#pools.keys()]) this.#drop(id);
    await Promise.all(this.#closing);
  }

  #drop(id: string): void {
    const pool = this.#pools.get(id);
    this.#pools.delete(id);
    const closing: Promise<void> = (pool?.close() ?? Promise.resolve()).finally(() => this.#closing.delete(closing));
    this.#closing.add(closing);
  }
}
