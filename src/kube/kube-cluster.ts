import type { Clock } from '../runtime/clock.ts';
import { KindCache } from './cache.ts';
import type { Client } from './client.ts';
import type { CacheState, Change, Cluster, WriteOptions } from './cluster.ts';
import { ApiError } from './errors.ts';
import { runInformer } from './informer.ts';
import { type Kind, type KubeObject, kindKey, type ObjectRef } from './object.ts';
import { asMetadata, withoutManagedFields } from './strip.ts';
import { WatchLag } from './watch-lag.ts';

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
  readonly lag: WatchLag;
  readonly metadataOnly: boolean;
  state: CacheState;
  readonly settled: Promise<void>;
}

/** A cluster that keeps informers running until it is closed. */
export interface WatchedCluster extends Cluster {
  close(): Promise<void>;
  /** How far the watch of each kind is behind; see `WatchLag`. */
  watchLags(): Iterable<{ readonly kind: string; readonly ms: number }>;
}

/** The cluster behind a client: one informer per watched kind, and caches that know our own writes. */
export function createCluster(client: Client, options: ClusterOptions): WatchedCluster {
  const watched = new Map<string, Watched>();
  const listeners = new Set<(change: Change) => void>();
  const stop = new AbortController();
  const running = new Set<Promise<void>>();

  const tell = (change: Change) => {
    for (const listener of listeners) {
      try {
        listener(change);
      } catch (error) {
        // neither the stream nor a write that succeeded may suffer from a defect of who listens
        options.onTrouble?.(change.object, error);
      }
    }
  };

  function open(kind: Kind, metadataOnly: boolean): Watched {
    const cache = new KindCache(options.clock, tell);
    const lag = new WatchLag(options.clock);
    let settle = () => {};
    const settled = new Promise<void>((resolve) => {
      settle = resolve;
    });
    const entry: Watched = { cache, lag, metadataOnly, state: 'syncing', settled };
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
          const came = entry.state === 'notServed' || entry.state === 'forbidden';
          cache.replace(items, version);
          lag.saw(version);
          reach('synced');
          if (came) tell({ type: 'changed', object: crdOf(kind) });
        },
        upserted(object) {
          cache.put(object);
          lag.saw(object.metadata.resourceVersion);
        },
        deleted(object) {
          cache.remove(object);
          lag.saw(object.metadata.resourceVersion);
        },
        notServed() {
          cache.clear();
          reach('notServed');
        },
        // Whoever asked first goes on waiting: an API server that starts up refuses everything for a moment
        forbidden() {
          if (entry.state !== 'syncing') return;
          entry.state = 'forbidden';
          tell({ type: 'changed', object: crdOf(kind) });
        },
        troubled: (error) => options.onTrouble?.(kind, error),
      },
    }).finally(() => running.delete(informer));
    running.add(informer);
    watched.set(kindKey(kind), entry);
    return entry;
  }

  /** A write's answer is in the cache before anyone can decide on an older world. */
  function keep(object: KubeObject, write: WriteOptions = {}): KubeObject {
    const entry = watched.get(kindKey(object));
    const { namespace = options.namespace } = object.metadata;
    const isSeen = options.namespace === undefined || namespace === options.namespace;
    const slim = entry?.metadataOnly ? asMetadata : withoutManagedFields;
    if (entry && isSeen && !write.dryRun) {
      entry.cache.put(slim(object));
      entry.lag.wrote(object.metadata.resourceVersion);
    }
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
    async find(kind, where) {
      const { items } = await client.list(kind, where);
      return items;
    },
    create: async (object, write) => keep(await client.create(object, write), write),
    update: async (object, write) => keep(await client.update(object, write), write),
    async patch(ref, patch, write) {
      const answer = await client.patch(ref, patch, write);
      if (write?.subresource !== 'scale') return keep(answer, write);
      // the answer shows the scale only; the cache needs the object that it belongs to
      if (watched.has(kindKey(ref)) && !write.dryRun) keep(await client.get(ref, write.signal), write);
      return answer;
    },
    async delete(ref, write) {
      const cache = watched.get(kindKey(ref))?.cache;
      const uid = write?.uid ?? cache?.get(ref.namespace, ref.name)?.metadata.uid;
      const left = await deleteQuietly(client, ref, write);
      const present = cache?.get(ref.namespace, ref.name);
      if (left) keep(left, write);
      else if (!write?.dryRun && present && present.metadata.uid === uid) cache?.remove(present);
    },
    *watchLags() {
      for (const [key, { lag }] of watched) yield { kind: key, ms: lag.ms };
    },
    async close() {
      stop.abort();
      await Promise.all(running);
      await client.close();
    },
  };
}

/** What is left of the object while finalizers hold it; `undefined` when it is gone. */
async function deleteQuietly(
  client: Client,
  ref: ObjectRef,
  write: Parameters<Cluster['delete']>[1],
): Promise<KubeObject | undefined> {
  try {
    return await client.delete(ref, write);
  } catch (error) {
    if (!(error instanceof ApiError && error.code === 404)) throw error;
    return undefined;
  }
}

/** A kind that came to be served, or may not be read, concerns everyone who looked for it; told as a change of its definition. */
function crdOf(kind: Kind): KubeObject {
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: kindKey(kind) },
  };
}
