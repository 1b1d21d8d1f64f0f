import { type Clock, pause, toTimestamp } from '../runtime/clock.ts';
import type { Cluster } from './cluster.ts';
import { ApiError } from './errors.ts';
import type { KubeObject, ObjectRef, StringMap } from './object.ts';

/** Posts Kubernetes Events. Nothing here can fail or hold up its caller. */
export interface EventRecorder {
  /** `name` of the Event, where it was not told before: one that is there already is as good. */
  record(regarding: KubeObject, type: 'Normal' | 'Warning', message: string, name?: string): void;
  /** Annotates the Event of this `name`, if there is one. */
  annotate(regarding: KubeObject, name: string, annotations: StringMap): void;
  /** Whether something about an object isn't posted yet. */
  isBehind(regarding: KubeObject): boolean;
  /** Resolves when everything recorded so far was posted or given up; each event that failed has one more try. */
  flush(): Promise<void>;
}

export interface EventRecorderOptions {
  readonly cluster: Pick<Cluster, 'create' | 'patch'>;
  readonly clock: Clock;
  readonly component: string;
  readonly onError?: (error: unknown) => void;
}

/** Events are limited as client-go limits them: 25 at once per object, one more each 5 minutes. */
const BURST = 25;
/** Of these, what only news may use: a message that is told again and again must not use up what a decision needs. */
const KEPT_FOR_NEWS = 15;
const REFILL_MS = 300_000;
/** The same message again within this time counts up the first one, unless it has a name of its own. */
const SAME_WITHIN_MS = 600_000;
const LONGEST_MESSAGE = 1024;
const QUEUE_LIMIT = 100;
/** An API server that is away is asked again as long as client-go asks it. */
const TRIES = 12;
const RETRY_MS = 10_000;

interface Said {
  readonly type: string;
  readonly message: string;
  readonly at: number;
  readonly name: string | undefined;
}

interface Source {
  tokens: number;
  refilledAt: number;
  queued: number;
  tail: Promise<void>;
  readonly posted: Map<string, { readonly ref: ObjectRef; count: number; at: number }>;
  /** When each message was last recorded. */
  readonly recorded: Map<string, number>;
}

export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { cluster, clock, component, onError = () => {} } = options;
  const sources = new Map<string, Source>();
  let serial = 0;
  let flushes = 0;
  let hurry = new AbortController();

  /** An object that was made again under its name is another one. */
  function sourceFor({ kind, metadata }: KubeObject): Source {
    const key = `${kind}/${metadata.namespace}/${metadata.name}/${metadata.uid}`;
    const now = clock.now();
    for (const [other, source] of sources) {
      // A clock that was set back must not keep tokens away until it has caught up
      source.refilledAt = Math.min(source.refilledAt, now);
      if (source.queued === 0 && now - source.refilledAt > BURST * REFILL_MS) sources.delete(other);
    }
    const source = sources.get(key) ?? {
      tokens: BURST,
      refilledAt: now,
      queued: 0,
      tail: Promise.resolve(),
      posted: new Map(),
      recorded: new Map(),
    };
    sources.set(key, source);
    const refill = Math.floor((now - source.refilledAt) / REFILL_MS);
    if (refill > 0) {
      source.tokens = Math.min(BURST, source.tokens + refill);
      source.refilledAt += refill * REFILL_MS;
    }
    return source;
  }

  function enqueue(source: Source, write: () => Promise<void>): void {
    source.queued += 1;
    source.tail = source.tail
      .then(write)
      .catch((error: unknown) => {
        if (!(error instanceof ApiError && error.code === 404)) onError(error);
      })
      .finally(() => {
        source.queued -= 1;
      });
  }

  /** `isNamed`: whoever wrote an object of this name before said the same. */
  async function insist(write: () => Promise<unknown>, isNamed = false): Promise<void> {
    for (let attempt = 1; ; attempt++) {
      try {
        await write();
        return;
      } catch (error) {
        // The answer to an attempt before was lost
        if ((attempt > 1 || isNamed) && ApiError.is(error, 'AlreadyExists')) return;
        if (attempt === TRIES || flushes > 0 || !mayPass(error)) throw error;
      }
      await pause(clock, RETRY_MS, hurry.signal);
    }
  }

  async function post(source: Source, regarding: KubeObject, said: Said): Promise<void> {
    const { type, message, at } = said;
    const id = `${type}/${message}`;
    const same = source.posted.get(id);
    const time = toTimestamp(at);
    if (same && at - same.at < SAME_WITHIN_MS && (said.name === undefined || said.name === same.ref.name)) {
      same.count += 1;
      same.at = at;
      try {
        await insist(() => cluster.patch(same.ref, { count: same.count, lastTimestamp: time }));
        return;
      } catch (error) {
        if (!ApiError.is(error, 'NotFound')) throw error;
        // somebody deleted the event: the message is told anew
        source.posted.delete(id);
      }
    }
    const name = said.name ?? anyName(regarding, at);
    const namespace = namespaceOf(regarding);
    const event = eventOf(regarding, { name, namespace, type, message, time, component });
    await insist(() => cluster.create(event), said.name !== undefined);
    source.posted.set(id, { ref: { apiVersion: 'v1', kind: 'Event', namespace, name }, count: 1, at });
    keepNewest(source.posted);
  }

  function anyName({ metadata }: KubeObject, at: number): string {
    return `${metadata.name}.${(at * 1000 + (serial++ % 1000)).toString(16).padStart(16, '0')}`;
  }

  return {
    record(regarding, type, message, name) {
      const source = sourceFor(regarding);
      const at = clock.now();
      const last = source.recorded.get(`${type}/${message}`);
      const isNews = last === undefined || at - last >= SAME_WITHIN_MS;
      if (source.tokens <= (isNews ? 0 : KEPT_FOR_NEWS) || source.queued >= QUEUE_LIMIT) return;
      source.recorded.set(`${type}/${message}`, at);
      keepNewest(source.recorded);
      source.tokens -= 1;
      enqueue(source, () => post(source, regarding, { type, message: message.slice(0, LONGEST_MESSAGE), at, name }));
    },
    annotate(regarding, name, annotations) {
      const source = sourceFor(regarding);
      enqueue(source, async () => {
        const ref = { apiVersion: 'v1', kind: 'Event', namespace: namespaceOf(regarding), name };
        await insist(() => cluster.patch(ref, { metadata: { annotations } }));
      });
    },
    isBehind: (regarding) => sourceFor(regarding).queued > 0,
    async flush() {
      flushes += 1;
      hurry.abort();
      hurry = new AbortController();
      await Promise.all([...sources.values()].map((source) => source.tail));
      flushes -= 1;
    },
  };
}

/** Events about what belongs to no namespace are in this one. */
function namespaceOf({ metadata }: KubeObject): string {
  return metadata.namespace ?? 'default';
}

/** Whether the same write may work a moment later. */
function mayPass(error: unknown): boolean {
  return error instanceof ApiError && (error.code === 0 || error.code === 429 || error.code >= 500);
}

function keepNewest(map: Map<string, unknown>): void {
  const oldest = map.keys().next();
  if (map.size > QUEUE_LIMIT && !oldest.done) map.delete(oldest.value);
}

function eventOf(
  regarding: KubeObject,
  event: { name: string; namespace: string; type: string; message: string; time: string; component: string },
): KubeObject {
  const { name, namespace, type, message, time, component } = event;
  const { uid, resourceVersion } = regarding.metadata;
  return {
    apiVersion: 'v1',
    kind: 'Event',
    metadata: { name, namespace },
    involvedObject: {
      apiVersion: regarding.apiVersion,
      kind: regarding.kind,
      name: regarding.metadata.name,
      namespace,
      uid,
      resourceVersion,
    },
    reason: 'Synced',
    type,
    message,
    count: 1,
    firstTimestamp: time,
    lastTimestamp: time,
    source: { component },
    reportingComponent: component,
    reportingInstance: '',
  };
}
