import type { KubeObject } from '../../kube/object.ts';
import { CRDS } from './collections.ts';
import type { Engine } from './engine.ts';
import type { StreamAnswer } from './exchange.ts';
import { tooOldVersion } from './list.ts';
import type { ListQuery } from './query.ts';
import { apiVersionOf, type Target } from './resource.ts';
import type { StoreEvent } from './store.ts';

type EventType = 'ADDED' | 'MODIFIED' | 'DELETED';

/** Writes an object of an event in the form that the client asked for. */
export type Encoder = (object: KubeObject) => unknown;

export interface WatchOptions {
  readonly bookmarkIntervalMs: number;
  readonly encode: Encoder;
  /** Told of each running stream, with the way to end it from the server's side. Returns the way to forget it. */
  readonly register: (end: () => void) => () => void;
}

/** How long before the end of a watch its last bookmark comes. */
const LAST_BOOKMARK_MS = 2000;

const HEADERS = { 'content-type': 'application/json', 'cache-control': 'no-cache, private' };

/**
 * A watch from `resourceVersion`, exclusive; without one, or with `0`, it starts with the present state. Edits that let
 * an object enter or leave the selection become ADDED and DELETED. History that is needed but forgotten ends the
 * stream with an ERROR event of code 410.
 */
export function watchAnswer(engine: Engine, target: Target, query: ListQuery, options: WatchOptions): StreamAnswer {
  return {
    status: 200,
    headers: HEADERS,
    subscribe: (onLine, onEnd) => startWatch(engine, target, query, options, onLine, onEnd),
  };
}

function startWatch(
  engine: Engine,
  target: Target,
  query: ListQuery,
  options: WatchOptions,
  onLine: (line: string) => void,
  onEnd: () => void,
): () => void {
  const { store, clock } = engine;
  const { resource } = target;
  const send = (type: string, object: unknown) => onLine(JSON.stringify({ type, object }));
  let running = true;
  const cleanups: (() => void)[] = [];
  const stop = () => {
    running = false;
    for (const cleanup of cleanups.splice(0)) cleanup();
  };
  const end = () => {
    if (!running) return;
    stop();
    onEnd();
  };

  const bookmark = (annotations?: Record<string, string>) =>
    send('BOOKMARK', {
      kind: resource.kind,
      apiVersion: apiVersionOf(resource),
      metadata: { resourceVersion: String(store.revision), ...(annotations ? { annotations } : {}) },
    });

  const deliver = (event: StoreEvent) => {
    const change = visibleChange(event, query, target);
    if (change) send(change.type, options.encode(change.object));
  };

  const from = startOf(query);
  if (from === 'present') {
    for (const object of presentState(engine, target, query)) send('ADDED', options.encode(object));
    if (query.sendInitialEvents === true && query.bookmarks) bookmark({ 'k8s.io/initial-events-end': 'true' });
  } else if (from !== 'now') {
    const missed = store.since(resource.collection, from);
    if (!missed) {
      send('ERROR', tooOldVersion(from, store.oldest(resource.collection)).body);
      end();
      return stop;
    }
    for (const event of missed) deliver(event);
  }

  const floor = Math.max(typeof from === 'number' ? from : 0, store.revision);
  cleanups.push(
    store.onEvent((event) => {
      if (running && event.collection === resource.collection && event.revision > floor) deliver(event);
      // Nothing serves the kind any more
      const ends = event.collection === CRDS && event.type === 'DELETED';
      if (ends && event.object.metadata.name === `${resource.plural}.${resource.group}`) end();
    }),
    options.register(end),
  );
  if (query.bookmarks) cleanups.push(repeat(engine, options.bookmarkIntervalMs, bookmark));
  if (query.timeoutSeconds !== undefined && query.timeoutSeconds > 0) {
    const lifetimeMs = query.timeoutSeconds * 1000;
    cleanups.push(clock.after(lifetimeMs, end));
    const last = lifetimeMs - LAST_BOOKMARK_MS;
    if (query.bookmarks && last > 0) cleanups.push(clock.after(last, () => bookmark()));
  }
  return stop;
}

function repeat({ clock }: Engine, everyMs: number, act: () => void): () => void {
  let cancel = clock.after(everyMs, tick);
  function tick(): void {
    cancel = clock.after(everyMs, tick);
    act();
  }
  return () => cancel();
}

function startOf(query: ListQuery): 'present' | 'now' | number {
  if (query.sendInitialEvents === true) return 'present';
  const unset = query.resourceVersion === '' || query.resourceVersion === '0';
  if (!unset) return Number(query.resourceVersion);
  return query.sendInitialEvents === false ? 'now' : 'present';
}

function presentState({ store }: Engine, { resource }: Target, query: ListQuery): readonly KubeObject[] {
  return [...store.all(resource.collection)]
    .sort(([left], [right]) => (left < right ? -1 : 1))
    .map(([, stored]) => resource.fromStored(stored))
    .filter(query.selected);
}

/** What an observer with this selection sees of a change, if anything. */
export function visibleChange(
  event: StoreEvent,
  query: Pick<ListQuery, 'selected'>,
  { resource }: Pick<Target, 'resource'>,
): { readonly type: EventType; readonly object: KubeObject } | undefined {
  const after = event.type === 'DELETED' ? undefined : resource.fromStored(event.object);
  const before = event.previous ? resource.fromStored(event.previous) : undefined;
  const isIn = after !== undefined && query.selected(after);
  const wasIn = before !== undefined && query.selected(before);
  if (isIn) return { type: wasIn ? 'MODIFIED' : 'ADDED', object: after };
  if (!wasIn) return undefined;
  // the last state that belonged to the selection, under the version of the change that took it out
  const metadata = { ...before.metadata, resourceVersion: String(event.revision) };
  return { type: 'DELETED', object: { ...before, metadata } };
}
