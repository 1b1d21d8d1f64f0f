import { type Clock, toTimestamp } from '../runtime/clock.ts';
import type { Cluster } from './cluster.ts';
import { ApiError } from './errors.ts';
import type { KubeObject, ObjectRef } from './object.ts';

/** Posts Kubernetes Events. Nothing here can fail or hold up its caller. */
export interface EventRecorder {
  record(regarding: KubeObject, type: 'Normal' | 'Warning', message: string): void;
  /** Resolves when everything recorded so far was posted or given up. */
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
const REFILL_MS = 300_000;
/** The same message again within this time counts up the first one. */
const SAME_WITHIN_MS = 600_000;
const LONGEST_MESSAGE = 1024;
const QUEUE_LIMIT = 100;

interface Source {
  tokens: number;
  refilledAt: number;
  queued: number;
  tail: Promise<void>;
  readonly posted: Map<string, { readonly ref: ObjectRef; count: number; at: number }>;
}

export function createEventRecorder(options: EventRecorderOptions): EventRecorder {
  const { cluster, clock, component, onError = () => {} } = options;
  const sources = new Map<string, Source>();
  let serial = 0;

  function sourceOf(key: string): Source {
    const now = clock.now();
    for (const [other, { queued, refilledAt }] of sources) {
      if (queued === 0 && now - refilledAt > BURST * REFILL_MS) sources.delete(other);
    }
    const source = sources.get(key) ?? {
      tokens: BURST,
      refilledAt: now,
      queued: 0,
      tail: Promise.resolve(),
      posted: new Map(),
    };
    sources.set(key, source);
    const refill = Math.floor((now - source.refilledAt) / REFILL_MS);
    if (refill > 0) {
      source.tokens = Math.min(BURST, source.tokens + refill);
      source.refilledAt += refill * REFILL_MS;
    }
    return source;
  }

  async function post(source: Source, regarding: KubeObject, type: string, message: string, at: number): Promise<void> {
    const id = `${type}/${message}`;
    const same = source.posted.get(id);
    const time = toTimestamp(at);
    if (same && at - same.at < SAME_WITHIN_MS) {
      same.count += 1;
      same.at = at;
      try {
        await cluster.patch(same.ref, { count: same.count, lastTimestamp: time });
        return;
      } catch (error) {
        if (!ApiError.is(error, 'NotFound')) throw error;
        // somebody deleted the event: the message is told anew
        source.posted.delete(id);
      }
    }
    const name = `${regarding.metadata.name}.${(at * 1000 + (serial++ % 1000)).toString(16).padStart(16, '0')}`;
    const namespace = regarding.metadata.namespace ?? 'default';
    const event = eventOf(regarding, { name, namespace, type, message, time, component });
    await cluster.create(event);
    source.posted.set(id, { ref: { apiVersion: 'v1', kind: 'Event', namespace, name }, count: 1, at });
    const oldest = source.posted.keys().next();
    if (source.posted.size > QUEUE_LIMIT && !oldest.done) source.posted.delete(oldest.value);
  }

  return {
    record(regarding, type, message) {
      const source = sourceOf(`${regarding.kind}/${regarding.metadata.namespace}/${regarding.metadata.name}`);
      if (source.tokens < 1 || source.queued >= QUEUE_LIMIT) return;
      source.tokens -= 1;
      source.queued += 1;
      const at = clock.now();
      source.tail = source.tail
        .then(() => post(source, regarding, type, message.slice(0, LONGEST_MESSAGE), at))
        .catch((error: unknown) => {
          if (!(error instanceof ApiError && error.code === 404)) onError(error);
        })
        .finally(() => {
          source.queued -= 1;
        });
    },
    async flush() {
      await Promise.all([...sources.values()].map((source) => source.tail));
    },
  };
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
