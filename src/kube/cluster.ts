import type { JsonObject, Kind, KubeObject, ObjectRef, StringMap } from './object.ts';

/**
 * How far the cache of a kind is. `notServed`: the API server has no such kind. `forbidden`: it was never allowed to list it.
 * Both are asked again from time to time.
 */
export type CacheState = 'unwatched' | 'syncing' | 'synced' | 'notServed' | 'forbidden';

/** One change that the cache has seen, whether by watch, relist or by the answer to a write of our own. */
export interface Change {
  readonly type: 'added' | 'changed' | 'deleted';
  readonly object: KubeObject;
}

export interface WriteOptions {
  readonly signal?: AbortSignal;
  readonly dryRun?: boolean;
}

/** Which objects of a kind. */
export interface Where {
  readonly namespace: string;
  readonly labels: StringMap;
  readonly signal?: AbortSignal;
}

export interface PatchOptions extends WriteOptions {
  /** `merge` (RFC 7386) unless said otherwise. */
  readonly type?: 'merge' | 'strategic' | 'json' | 'apply';
  readonly subresource?: 'status' | 'scale';
}

/** What a reconcile may see: the cache, synchronously. Objects are shared and must not be changed. */
export interface Reader {
  get(ref: ObjectRef): KubeObject | undefined;
  list(kind: Kind, namespace?: string): readonly KubeObject[];
  state(kind: Kind): CacheState;
}

/**
 * The cluster as controllers see it: a cache that never goes back behind one's own writes, and the writes.
 *
 * A write's answer is in the cache when its promise resolves, and no older watch event replaces it afterwards; a deleted
 * object stays deleted. Every write rejects with an `ApiError` when the API server refuses it.
 */
export interface Cluster extends Reader {
  /**
   * Starts the informer of a kind, once. Resolves when the first list is in the cache or the kind turns out not to be
   * served. `metadataOnly` keeps labels, annotations and versions but no content (ConfigMaps, Secrets).
   */
  watch(kind: Kind, options?: { readonly metadataOnly?: boolean }): Promise<CacheState>;
  /** Calls `listener` after each change of the cache, outside the stream that brought it. Returns the way to stop. */
  onChange(listener: (change: Change) => void): () => void;

  /** One read past the cache, for content that isn't cached. `undefined` when the object doesn't exist. */
  read(ref: ObjectRef, signal?: AbortSignal): Promise<KubeObject | undefined>;
  /** Likewise all objects of a kind in a namespace that carry these labels. */
  find(kind: Kind, where: Where): Promise<readonly KubeObject[]>;
  create(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  /** PUT; refused with a conflict when `metadata.resourceVersion` isn't the present one. */
  update(object: KubeObject, options?: WriteOptions): Promise<KubeObject>;
  patch(ref: ObjectRef, patch: JsonObject | readonly JsonObject[], options?: PatchOptions): Promise<KubeObject>;
  /** `uid` guards against deleting a namesake. Resolves also when the object is already gone. */
  delete(ref: ObjectRef, options?: WriteOptions & { readonly uid?: string }): Promise<void>;
}
