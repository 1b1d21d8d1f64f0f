import type { KubeObject } from '../../kube/object.ts';
import type { Draft } from './draft.ts';

/** One change of the store. `object` of a deletion is the last state with the version of the deletion. */
export interface StoreEvent {
  readonly type: 'ADDED' | 'MODIFIED' | 'DELETED';
  /** The collection, `<group>/<plural>`. */
  readonly collection: string;
  readonly key: string;
  readonly revision: number;
  readonly object: KubeObject;
  /** The state before; absent for a new object. */
  readonly previous?: KubeObject;
}

/** `<namespace>/<name>`, or only the name for cluster-scoped kinds. */
export function storeKey(namespace: string | undefined, name: string): string {
  return namespace === undefined || namespace === '' ? name : `${namespace}/${name}`;
}

interface Collection {
  readonly objects: Map<string, KubeObject>;
  events: StoreEvent[];
  /** Changes up to and including this revision are no longer known. */
  forgottenTo: number;
}

/**
 * All objects, under one revision that grows by one with each change, and the last changes of each collection.
 * Listeners hear of changes in the order of revisions, also when a listener itself writes.
 */
export class Store {
  #revision = 1;
  #ringSize: number;
  #collections = new Map<string, Collection>();
  #byUid = new Map<string, { readonly collection: string; readonly key: string }>();
  #listeners = new Set<(event: StoreEvent) => void>();
  #pending: StoreEvent[] = [];
  #dispatching = false;
  #forgottenTo = 0;

  /** @param ringSize how many past changes each collection remembers */
  constructor(ringSize: number) {
    this.#ringSize = ringSize;
  }

  get revision(): number {
    return this.#revision;
  }

  get(collection: string, key: string): KubeObject | undefined {
    return this.#collections.get(collection)?.objects.get(key);
  }

  all(collection: string): ReadonlyMap<string, KubeObject> {
    return this.#collection(collection).objects;
  }

  collections(): readonly string[] {
    return [...this.#collections.keys()];
  }

  /** Where the object with this uid lies now. */
  find(uid: string): { readonly collection: string; readonly key: string } | undefined {
    return this.#byUid.get(uid);
  }

  /** Stores the draft, which must not be edited afterwards, and gives it its `resourceVersion`. */
  put(collection: string, key: string, draft: Draft): KubeObject {
    const { objects } = this.#collection(collection);
    const previous = objects.get(key);
    const revision = ++this.#revision;
    draft.metadata.resourceVersion = String(revision);
    objects.set(key, draft);
    if (draft.metadata.uid !== undefined) this.#byUid.set(draft.metadata.uid, { collection, key });
    const type = previous ? 'MODIFIED' : 'ADDED';
    this.#record({ type, collection, key, revision, object: draft, ...(previous ? { previous } : {}) });
    return draft;
  }

  /** Removes the object; `undefined` when there was none. */
  remove(collection: string, key: string): KubeObject | undefined {
    const { objects } = this.#collection(collection);
    const previous = objects.get(key);
    if (!previous) return undefined;
    const revision = ++this.#revision;
    objects.delete(key);
    if (previous.metadata.uid !== undefined) this.#byUid.delete(previous.metadata.uid);
    const object = { ...previous, metadata: { ...previous.metadata, resourceVersion: String(revision) } };
    this.#record({ type: 'DELETED', collection, key, revision, object, previous });
    return object;
  }

  /** Oldest revision from which the changes of a collection can still be told. */
  oldest(collection: string): number {
    return Math.max(this.#collections.get(collection)?.forgottenTo ?? 0, this.#forgottenTo);
  }

  /** The changes after `revision`; `undefined` when some of them are forgotten. */
  since(collection: string, revision: number): readonly StoreEvent[] | undefined {
    if (revision < this.oldest(collection)) return undefined;
    return this.#collection(collection).events.filter((event) => event.revision > revision);
  }

  /** The collection as it was at `revision`; `undefined` when that is forgotten. */
  at(collection: string, revision: number): ReadonlyMap<string, KubeObject> | undefined {
    const later = this.since(collection, revision);
    if (!later) return undefined;
    const objects = new Map(this.#collection(collection).objects);
    for (const event of later.toReversed()) {
      if (event.previous) objects.set(event.key, event.previous);
      else objects.delete(event.key);
    }
    return objects;
  }

  /** Forgets all past changes: a watch or a paged list that needs them gets 410. */
  compact(): void {
    this.#forgottenTo = this.#revision;
    for (const collection of this.#collections.values()) collection.events = [];
  }

  /** Calls `listener` after each change. Returns the way to stop. */
  onEvent(listener: (event: StoreEvent) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #collection(name: string): Collection {
    let found = this.#collections.get(name);
    if (!found) {
      found = { objects: new Map(), events: [], forgottenTo: 0 };
      this.#collections.set(name, found);
    }
    return found;
  }

  #record(event: StoreEvent): void {
    const collection = this.#collection(event.collection);
    collection.events.push(event);
    // trimmed in one go now and then, so that a write stays cheap
    if (collection.events.length > this.#ringSize * 2) {
      const dropped = collection.events.length - this.#ringSize;
      collection.forgottenTo = collection.events[dropped - 1]?.revision ?? collection.forgottenTo;
      collection.events = collection.events.slice(dropped);
    }
    this.#pending.push(event);
    this.#dispatch();
  }

  #dispatch(): void {
    if (this.#dispatching) return;
    this.#dispatching = true;
    try {
      for (let next = this.#pending.shift(); next; next = this.#pending.shift()) {
        for (const listener of [...this.#listeners]) listener(next);
      }
    } finally {
      this.#dispatching = false;
    }
  }
}
