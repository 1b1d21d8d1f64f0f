import type { Clock } from '../runtime/clock.ts';
import { KindCache } from './cache.ts';
import type { Client } from './client.ts';
import type { CacheState, Change, Cluster } from './cluster.ts';
import { ApiError } from './errors.ts';
import { runInformer } from './informer.ts';
import { type Kind, type KubeObject, kindKey, type ObjectRef, refOf } from './object.ts';

export interface ClusterOptions {
  readonly clock: Clock;
  /** Watch one namespace instead of all. */
  readonly namespace?: string | undefined;
  /** In [0, 1). */
  readonly random?: () => number;
  /** Trouble of an informer that goes on by itself. */
  readonly onTrouble?: (kind: Kind, error: unknown) => void;
}

interface Watched {
  readonly cache: KindCache;
  readonly metadataOnly: boolean;
  state: CacheState;
  readonly settled: Promise<void>;
}

/** The cluster behind a client: one informer per watched kind, and caches that know our own writes. */
export function createCluster(client: Client, options: ClusterOptions): Cluster & { close(): Promise<void> } {
  const watched = new Map<string, Watched>();
  const listeners = new Set<(change: Change) => void>();
  const stop = new AbortController();
  const running = new Set<Promise<void>>();

  const tell = (change: Change) => {
    for (const listener of listeners) listener(change);
  };

  function open(kind: Kind, metadataOnly: boolean): Watched {
    const cache = new KindCache(tell);
    let settle = () => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const entry: Watched = { cache, metadataOnly, state: 'syncing', settled };
    const reach = (state: CacheState) => {
      entry.state = state;
      settle();
    };
    const informer = runInformer({
      client,
      clock: options.clock,
      kind,
      namespace: options.namespace,
      metadataOnly,
      signal: stop.signal,
      random: options.random ?? Math.random,
      sink: {
        replaced(items, version) {
          const came = entry.state === 'notServed';
          cache.replace(items, version);
          reach('synced');
          if (came) tell({ type: 'changed', object: crdOf(kind) });
        },
        upserted: (object) => cache.put(object),
        deleted: (object) => cache.remove(object),
        notServed() {
          cache.replace([], '');
          reach('notServed');
        },
        troubled: (error) => options.onTrouble?.(kind, error),
      },
    }).finally(() => running.delete(informer));
    running.add(informer);
    watched.set(kindKey(kind), entry);
    return entry;
  }

  /** A write's answer is in the cache before anyone can decide on an older world. */
  function keep(object: KubeObject): KubeObject {
    const entry = watched.get(kindKey(object));
    if (entry) entry.cache.put(entry.metadataOnly ? metadataOf(object) : object);
    return object;
  }

  return {
    get: (ref) => watched.get(kindKey(ref))?.cache.get(ref.namespace, ref.name),
    list: (kind, namespace) => watched.get(kindKey(kind))?.cache.list(namespace) ?? [],
    state: (kind) => watched.get(kindKey(kind))?.state ?? 'unwatched',
    async watch(kind, { metadataOnly = false } = {}) {
      const entry = watched.get(kindKey(kind)) ?? open(kind, metadataOnly);
      await entry.settled;
      return entry.state;
    },
    onChange(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    async read(ref, signal) {
      try {
        return await client.get(ref, signal);
      } catch (error) {
        if (error instanceof ApiError && error.code === 404) return undefined;
        throw error;
      }
    },
    create: async (object, write) => keep(await client.create(object, write)),
    update: async (object, write) => keep(await client.update(object, write)),
    patch: async (ref, patch, write) => keep(await client.patch(ref, patch, write)),
    async delete(ref, write) {
      await deleteQuietly(client, ref, write);
    },
    async close() {
      stop.abort();
      await Promise.all(running);
      await client.close();
    },
  };
}

async function deleteQuietly(client: Client, ref: ObjectRef, write: Parameters<Cluster['delete']>[1]): Promise<void> {
  try {
    await client.delete(ref, write);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
  }
}

function metadataOf(object: KubeObject): KubeObject {
  const { name: _, ...rest } = refOf(object);
  return { apiVersion: rest.apiVersion, kind: rest.kind, metadata: object.metadata };
}

/** A kind that came to be served concerns everyone who looked for objects of it; told as a change of its definition. */
function crdOf(kind: Kind): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: kindKey(kind) },
  };
}
