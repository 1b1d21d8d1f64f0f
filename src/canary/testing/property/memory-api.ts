import type { Change } from '../../../kube/cluster.ts';
import { equalValues } from '../../../kube/compare.ts';
import { ApiError } from '../../../kube/errors.ts';
import type { KubeObject, ObjectRef } from '../../../kube/object.ts';
import { refKey, refOf } from '../../../kube/object.ts';
import { isObject } from '../../workloads/json.ts';

const FIRST_VERSION = 1000;

/**
 * What a controller can tell of an API server, in memory: resource versions and conflicts, generations, `status` as a
 * subresource, finalizers, deletion of what a deleted owner controlled. A write that changes nothing makes no version.
 */
export class MemoryApi {
  readonly #objects = new Map<string, KubeObject>();
  readonly #listeners = new Set<(change: Change) => void>();
  readonly #now: () => number;
  #version = FIRST_VERSION;

  constructor(now: () => number) {
    this.#now = now;
  }

  get(ref: ObjectRef): KubeObject | undefined {
    return this.#objects.get(refKey(ref));
  }

  all(): readonly KubeObject[] {
    return [...this.#objects.values()];
  }

  onChange(listener: (change: Change) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  create(object: KubeObject): KubeObject {
    const key = refKey(refOf(object));
    if (this.#objects.has(key)) throw new ApiError(`${key} exists`, { code: 409, reason: 'AlreadyExists' });
    const { status: _, ...rest } = object;
    const uid = `uid-${object.kind}-${object.metadata.name}-${this.#version}`;
    const creationTimestamp = new Date(this.#now()).toISOString();
    const metadata = { ...object.metadata, uid, creationTimestamp, generation: 1, resourceVersion: this.#next() };
    return this.#put('added', { ...rest, apiVersion: object.apiVersion, kind: object.kind, metadata });
  }

  /** PUT: everything but the status. */
  update(object: KubeObject): KubeObject {
    const live = this.#live(refOf(object));
    if (object.metadata.resourceVersion !== live.metadata.resourceVersion) throw conflict(live);
    return this.#replace(live, { ...object, status: live['status'] });
  }

  /** RFC 7386; `status` changes the status alone, without it everything else. */
  patch(ref: ObjectRef, patch: object, subresource?: 'status'): KubeObject {
    const live = this.#live(ref);
    const merged = merge(live, patch);
    if (!isKubeObject(merged)) throw new Error(`a patch took the metadata from ${refKey(ref)}`);
    if (merged.metadata.resourceVersion !== live.metadata.resourceVersion) throw conflict(live);
    if (subresource === 'status') return this.#replace(live, { ...live, status: merged['status'] });
    return this.#replace(live, { ...merged, status: live['status'] });
  }

  /** `late`: what it owned stays, as if garbage collection had not come yet; it never does. */
  delete(ref: ObjectRef, collection: 'prompt' | 'late' = 'prompt'): void {
    const live = this.#live(ref);
    const { finalizers = [], deletionTimestamp } = live.metadata;
    if (finalizers.length === 0) this.#remove(live, collection);
    else if (deletionTimestamp === undefined) {
      const metadata = { ...live.metadata, deletionTimestamp: new Date(this.#now()).toISOString() };
      this.#put('changed', { ...live, metadata: { ...metadata, resourceVersion: this.#next() } });
    }
  }

  #live(ref: ObjectRef): KubeObject {
    const live = this.get(ref);
    if (!live) throw new ApiError(`${refKey(ref)} not found`, { code: 404, reason: 'NotFound' });
    return live;
  }

  #replace(live: KubeObject, next: KubeObject): KubeObject {
    const { metadata: before } = live;
    const { metadata: after } = next;
    const step = sameContent(live, next) ? 0 : 1;
    const same = step === 0 && equalValues(before, after) && equalValues(live['status'], next['status']);
    if (same) return live;
    const { uid, creationTimestamp, deletionTimestamp, generation = 1 } = before;
    const kept = { uid, creationTimestamp, ...(deletionTimestamp === undefined ? {} : { deletionTimestamp }) };
    const metadata = { ...after, ...kept, generation: generation + step, resourceVersion: this.#next() };
    const stored = { ...next, metadata } as KubeObject;
    if (deletionTimestamp === undefined || (after.finalizers ?? []).length > 0) return this.#put('changed', stored);
    this.#remove(stored);
    return stored;
  }

  #put(type: Change['type'], object: KubeObject): KubeObject {
    this.#objects.set(refKey(refOf(object)), object);
    this.#tell({ type, object });
    return object;
  }

  #remove(object: KubeObject, collection: 'prompt' | 'late' = 'prompt'): void {
    this.#objects.delete(refKey(refOf(object)));
    this.#tell({ type: 'deleted', object });
    if (collection === 'late') return;
    const { uid } = object.metadata;
    const owned = ({ metadata }: KubeObject) => metadata.ownerReferences?.some((owner) => owner.uid === uid) ?? false;
    for (const each of this.all().filter(owned)) this.#remove(each);
  }

  #tell(change: Change): void {
    for (const listener of this.#listeners) listener(change);
  }

  #next(): string {
    this.#version += 1;
    return String(this.#version);
  }
}

/** Everything but metadata and status. Parts that were not touched are the same object. */
function sameContent(a: KubeObject, b: KubeObject): boolean {
  const fields = new Set([...Object.keys(a), ...Object.keys(b)]);
  return [...fields].every((field) => field === 'metadata' || field === 'status' || equalValues(a[field], b[field]));
}

function conflict(live: KubeObject): ApiError {
  return new ApiError(`${live.kind} ${live.metadata.name} was changed meanwhile`, { code: 409, reason: 'Conflict' });
}

function merge(from: unknown, patch: object): unknown {
  const merged: Record<string, unknown> = { ...(isObject(from) ? from : {}) };
  for (const [field, value] of Object.entries(patch)) {
    if (value === null || value === undefined) delete merged[field];
    else merged[field] = isObject(value) ? merge(merged[field], value) : value;
  }
  return merged;
}

function isKubeObject(value: unknown): value is KubeObject {
  return isObject(value) && isObject(value['metadata']) && typeof value['metadata']['name'] === 'string';
}
