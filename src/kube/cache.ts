import type { Clock } from '../runtime/clock.ts';
import type { Change } from './cluster.ts';
import type { KubeObject } from './object.ts';
import { Tombs } from './tombs.ts';

/**
 * The objects of one kind, at the newest version that was seen by any way: list, watch, or the answer to a write of our
 * own. Never goes back: an older version doesn't replace a newer one, and a deleted object doesn't come back by an event
 * from before its deletion.
 */
export class KindCache {
  readonly #objects = new Map<string, KubeObject>();
  /** Kept until a list is newer, or nothing from before can come any more. */
  readonly #tombs: Tombs;
  /** The version of the last list: what isn't here and isn't newer was deleted before it. */
  #listedAt: string | undefined;
  readonly #tell: (change: Change) => void;

  constructor(clock: Clock, tell: (change: Change) => void) {
    this.#tombs = new Tombs(clock);
    this.#tell = tell;
  }

  get(namespace: string | undefined, name: string): KubeObject | undefined {
    return this.#objects.get(keyOf(namespace, name));
  }

  list(namespace?: string): readonly KubeObject[] {
    const all = [...this.#objects.values()];
    return namespace === undefined ? all : all.filter((object) => object.metadata.namespace === namespace);
  }

  put(object: KubeObject): void {
    const { namespace, name, resourceVersion } = object.metadata;
    const isPast = this.#listedAt !== undefined && !isNewer(resourceVersion, this.#listedAt);
    if (!isPast || this.#objects.has(keyOf(namespace, name))) this.#take(object);
  }

  /** Forgets everything, telling each object as deleted: the kind is no longer served. */
  clear(): void {
    for (const object of [...this.#objects.values()]) this.remove(object);
    this.#tombs.clear();
    this.#listedAt = undefined;
  }

  #take(object: KubeObject): void {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const present = this.#objects.get(key);
    const { uid, resourceVersion } = object.metadata;
    if (uid !== undefined && this.#tombs.has(uid)) return;
    if (present && !isNewer(resourceVersion, present.metadata.resourceVersion)) return;
    this.#objects.set(key, object);
    if (present && present.metadata.uid !== uid) this.#tell({ type: 'deleted', object: present });
    this.#tell({ type: present && present.metadata.uid === uid ? 'changed' : 'added', object });
  }

  /** `object`: the last state; its version is the one of the deletion where that is known. */
  remove(object: KubeObject): void {
    const key = keyOf(object.metadata.namespace, object.metadata.name);
    const present = this.#objects.get(key);
    const { uid, resourceVersion } = object.metadata;
    if (uid !== undefined) this.#tombs.add(uid, resourceVersion ?? '');
    if (!present || (uid !== undefined && present.metadata.uid !== uid)) return;
    this.#objects.delete(key);
    this.#tell({ type: 'deleted', object: present });
  }

  /** Takes a list as the truth at its version; what a write of ours made newer than it stays. */
  replace(items: readonly KubeObject[], listVersion: string): void {
    const listed = new Set(items.map((object) => keyOf(object.metadata.namespace, object.metadata.name)));
    for (const [key, object] of [...this.#objects]) {
      if (!listed.has(key) && !isNewer(object.metadata.resourceVersion, listVersion)) this.remove(object);
    }
    for (const object of items) this.#take(object);
    this.#listedAt = listVersion;
    this.#tombs.drop((version) => !isNewer(version, listVersion));
  }
}

function keyOf(namespace: string | undefined, name: string): string {
  return `${namespace ?? ''}/${name}`;
}

/**
 * Kubernetes calls versions opaque, but every API server counts, and comparing is the only way not to go back behind one's
 * own write. Versions that aren't numbers are taken as newer when they differ.
 */
export function isNewer(version: string | undefined, than: string | undefined): boolean {
  if (version === than) return false;
  if (version === undefined || than === undefined) return true;
  if (!/^\d+$/.test(version) || !/^\d+$/.test(than)) return true;
  return BigInt(version) > BigInt(than);
}
