import type { Clock } from '../runtime/clock.ts';
import { ApiError } from './errors.ts';
import { dig, type Kind, kindKey } from './object.ts';
import type { Transport } from './transport.ts';

/** Where the objects of a kind live on the API server. */
export interface Resource {
  readonly plural: string;
  readonly namespaced: boolean;
}

/** How long the API server's word that it doesn't serve a kind is believed. */
const MISS_KEPT_MS = 3_000;

/**
 * Kinds to resources, from the per-group discovery documents. A document is read once; one that lacks a kind is read again
 * when that kind is asked for, at most every 3 s.
 */
export class Discovery {
  readonly #transport: Pick<Transport, 'send'>;
  readonly #clock: Clock;
  readonly #known = new Map<string, Resource>();
  readonly #missedAt = new Map<string, number>();
  readonly #loading = new Map<string, Promise<void>>();

  constructor(transport: Pick<Transport, 'send'>, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
  }

  /** `undefined` when the API server has no such kind. Rejects with `ApiError` when it can't be asked. */
  async resource(kind: Kind): Promise<Resource | undefined> {
    const key = kindKey(kind);
    const known = this.#known.get(key);
    if (known) return known;
    const missedAt = this.#missedAt.get(key);
    if (missedAt !== undefined && this.#clock.now() - missedAt < MISS_KEPT_MS) return undefined;
    await this.#load(kind.apiVersion);
    const found = this.#known.get(key);
    if (found) this.#missedAt.delete(key);
    else this.#missedAt.set(key, this.#clock.now());
    return found;
  }

  /** Forgets a kind, so that it is looked up again: after a 404 for its whole collection. */
  forget(kind: Kind): void {
    this.#known.delete(kindKey(kind));
  }

  #load(apiVersion: string): Promise<void> {
    const running = this.#loading.get(apiVersion);
    if (running) return running;
    const loading = this.#read(apiVersion).finally(() => this.#loading.delete(apiVersion));
    this.#loading.set(apiVersion, loading);
    return loading;
  }

  async #read(apiVersion: string): Promise<void> {
    const answer = await this.#transport.send({ method: 'GET', path: groupPath(apiVersion) });
    if (answer.status === 404) return;
    if (answer.status !== 200) {
      throw new ApiError(`discovery of ${apiVersion} was answered with ${answer.status}`, {
        code: answer.status,
        reason: 'DiscoveryFailed',
      });
    }
    const resources = dig(JSON.parse(answer.body), 'resources');
    for (const entry of Array.isArray(resources) ? resources : []) {
      const [name, kind, namespaced] = [dig(entry, 'name'), dig(entry, 'kind'), dig(entry, 'namespaced')];
      if (typeof name !== 'string' || typeof kind !== 'string' || name.includes('/')) continue;
      this.#known.set(kindKey({ apiVersion, kind }), { plural: name, namespaced: namespaced === true });
    }
  }
}

/** `/api/v1` or `/apis/<group>/<version>` */
export function groupPath(apiVersion: string): string {
  return apiVersion.includes('/') ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
}
