import type { CacheState, Change, Cluster } from '../../../kube/cluster.ts';
import { ApiError } from '../../../kube/errors.ts';
import { type Kind, type KubeObject, kindKey, type ObjectRef, refKey, refOf } from '../../../kube/object.ts';
import type { Clock } from '../../../runtime/clock.ts';
import type { MemoryApi } from './memory-api.ts';
import type { PastTemplates } from './past-templates.ts';

/** What becomes of one write. `lost`: it is done, but no answer comes. The last two end the process. */
export type WriteFate = 'done' | 'conflict' | 'refused' | 'unavailable' | 'lost' | 'diesBefore' | 'diesAfter';

/** A write of the controller, with the object as it was in the API. */
export interface Written {
  readonly verb: 'create' | 'update' | 'patch';
  readonly status: boolean;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
}

export interface ViewParts {
  readonly api: MemoryApi;
  readonly past: PastTemplates;
  readonly clock: Clock;
  /** How much later than everyone else's changes its own cache hears of them. */
  readonly lagMs: number;
  /** Asked before each write. */
  readonly fate: () => WriteFate;
  readonly onWrite: (write: Written, view: Cluster) => void;
  /** The process ended; nothing is asked and nothing is heard from now on. */
  readonly onDeath: () => void;
}

/** Thrown for a write that the story lets fail. */
export class InjectedFault extends ApiError {}

const contentless = new Set(['ConfigMap', 'Secret']);

/** The cluster as one process sees it: a cache that knows its own writes at once and those of others a little later. */
export class ControllerView implements Cluster {
  readonly #parts: ViewParts;
  readonly #cache = new Map<string, KubeObject>();
  readonly #watched = new Set<string>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #stopHearing: () => void;
  #dead = false;
  #writing = false;

  constructor(parts: ViewParts) {
    this.#parts = parts;
    for (const object of parts.api.all()) this.#cache.set(refKey(refOf(object)), cached(object));
    this.#stopHearing = parts.api.onChange((change) => this.#heard(change));
  }

  alive(): boolean {
    return !this.#dead;
  }

  get(ref: ObjectRef): KubeObject | undefined {
    return this.#watched.has(kindKey(ref)) ? this.#cache.get(refKey(ref)) : undefined;
  }

  list(kind: Kind, namespace?: string): readonly KubeObject[] {
    const wanted = ({ kind: name, apiVersion, metadata }: KubeObject) =>
      name === kind.kind && apiVersion === kind.apiVersion && (namespace ?? metadata.namespace) === metadata.namespace;
    return [...this.#cache.values()].filter(wanted);
  }

  state(kind: Kind): CacheState {
    return this.#watched.has(kindKey(kind)) ? 'synced' : 'unwatched';
  }

  async watch(kind: Kind): Promise<CacheState> {
    this.#watched.add(kindKey(kind));
    return 'synced';
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async read(ref: ObjectRef): Promise<KubeObject | undefined> {
    return this.#dead ? never() : this.#parts.api.get(ref);
  }

  async find(kind: Kind): Promise<readonly KubeObject[]> {
    return this.#dead ? never() : this.#parts.past.find(kind);
  }

  create(object: KubeObject): Promise<KubeObject> {
    return this.#write('create', false, refOf(object), () => this.#parts.api.create(object));
  }

  update(object: KubeObject): Promise<KubeObject> {
    return this.#write('update', false, refOf(object), () => this.#parts.api.update(object));
  }

  patch(ref: ObjectRef, patch: object, options?: { readonly subresource?: 'status' | 'scale' }): Promise<KubeObject> {
    const status = options?.subresource === 'status';
    return this.#write('patch', status, ref, () => this.#parts.api.patch(ref, patch, status ? 'status' : undefined));
  }

  async delete(ref: ObjectRef): Promise<void> {
    if (this.#dead) return never();
    this.#parts.api.delete(ref);
  }

  async #write(verb: Written['verb'], status: boolean, ref: ObjectRef, perform: () => KubeObject): Promise<KubeObject> {
    // A request leaves the process: nothing is done while its caller is still on the stack
    await undefined;
    if (this.#dead) return never();
    const fate = this.#parts.fate();
    if (fate === 'diesBefore') return this.#die();
    if (fate !== 'done' && fate !== 'lost' && fate !== 'diesAfter') throw faults[fate]();
    const before = this.#parts.api.get(ref);
    this.#writing = fate === 'done';
    const after = this.#performed(perform);
    // Also a write that changed nothing: its answer may be news
    if (fate === 'done' && this.#parts.api.get(ref) === after) this.#take({ type: 'changed', object: after });
    this.#parts.onWrite({ verb, status, before, after }, this);
    if (fate === 'diesAfter') return this.#die();
    if (fate === 'lost') throw new InjectedFault('the connection was lost', { code: 0, reason: 'NoAnswer' });
    return cached(after);
  }

  #performed(perform: () => KubeObject): KubeObject {
    try {
      return perform();
    } finally {
      this.#writing = false;
    }
  }

  #die(): Promise<never> {
    this.#dead = true;
    this.#stopHearing();
    this.#parts.onDeath();
    return never();
  }

  /** Its own writes are in the cache before their answer; an older version never replaces a newer one. */
  #heard(change: Change): void {
    const { lagMs, clock } = this.#parts;
    if (this.#writing || lagMs === 0) this.#take(change);
    else clock.after(lagMs, () => this.#take(change));
  }

  #take({ type, object }: Change): void {
    if (this.#dead) return;
    const key = refKey(refOf(object));
    const known = Number(this.#cache.get(key)?.metadata.resourceVersion ?? 0);
    if (type === 'deleted') this.#cache.delete(key);
    else if (known >= Number(object.metadata.resourceVersion)) return;
    else this.#cache.set(key, cached(object));
    if (!this.#watched.has(kindKey(object))) return;
    for (const listener of this.#listeners) listener({ type, object: cached(object) });
  }
}

const faults = {
  conflict: () => new InjectedFault('someone else was faster', { code: 409, reason: 'Conflict' }),
  refused: () => new InjectedFault('a policy said no', { code: 403, reason: 'Forbidden' }),
  unavailable: () => new InjectedFault('the server is busy', { code: 503, reason: 'ServiceUnavailable' }),
};

function cached(object: KubeObject): KubeObject {
  if (!contentless.has(object.kind)) return object;
  return { apiVersion: object.apiVersion, kind: object.kind, metadata: object.metadata };
}

function never(): Promise<never> {
  return new Promise(() => {});
}
