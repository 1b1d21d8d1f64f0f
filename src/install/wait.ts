import type { Client } from '../kube/client.ts';
import { dig, type Kind, type KubeObject } from '../kube/object.ts';
import { type Clock, pause } from '../runtime/clock.ts';

export interface WaitOptions {
  readonly client: Pick<Client, 'list' | 'watch'>;
  readonly clock: Clock;
  readonly kind: Kind;
  /** Absent: the whole cluster. */
  readonly namespace?: string | undefined;
  readonly timeoutMs: number;
}

/** Between two lists when a watch ends at once. */
const BREATH_MS = 500;

/**
 * Watches a collection until `done` is true of its objects. Returns the objects as last seen, and whether it came true in time.
 * Rejects with an `ApiError` when the collection can't be listed.
 */
export async function waitUntil(
  options: WaitOptions,
  done: (objects: readonly KubeObject[]) => boolean,
): Promise<{ readonly reached: boolean; readonly objects: readonly KubeObject[] }> {
  const { client, clock, kind, namespace, timeoutMs } = options;
  const end = new AbortController();
  const cancel = clock.after(timeoutMs, () => end.abort());
  const seen = new Map<string, KubeObject>();
  const result = (reached: boolean) => ({ reached, objects: [...seen.values()] });
  try {
    for (;;) {
      const list = await client.list(kind, { namespace });
      seen.clear();
      for (const object of list.items) seen.set(keyOf(object), object);
      if (done([...seen.values()])) return result(true);
      if (end.signal.aborted) return result(false);
      const enough = new AbortController();
      const signal = AbortSignal.any([end.signal, enough.signal]);
      const from = { namespace, resourceVersion: list.resourceVersion, timeoutSeconds: 60, signal };
      await client
        .watch(kind, from, (line) => {
          note(JSON.parse(line), seen);
          if (done([...seen.values()])) enough.abort();
        })
        .catch((error: unknown) => {
          if (!signal.aborted) throw error;
        });
      if (enough.signal.aborted) return result(true);
      if (!end.signal.aborted) await pause(clock, BREATH_MS, end.signal);
    }
  } finally {
    cancel();
  }
}

function note(event: unknown, seen: Map<string, KubeObject>): void {
  const object = dig(event, 'object') as KubeObject;
  switch (dig(event, 'type')) {
    case 'ADDED':
    case 'MODIFIED':
      seen.set(keyOf(object), object);
      break;
    case 'DELETED':
      seen.delete(keyOf(object));
      break;
    default:
    // A bookmark, or an error that ends the stream
  }
}

function keyOf({ metadata }: KubeObject): string {
  return `${metadata.namespace ?? ''}/${metadata.name}`;
}

/** Whether the condition of this type is true. */
export function hasCondition(object: KubeObject, type: string): boolean {
  const conditions = dig(object, 'status', 'conditions');
  return (
    Array.isArray(conditions) && conditions.some((each) => dig(each, 'type') === type && dig(each, 'status') === 'True')
  );
}

/** Whether a Deployment runs as its spec says: every replica is new and available. */
export function isRolledOut(object: KubeObject): boolean {
  const number = (...path: string[]) => Number(dig(object, ...path) ?? 0);
  const wanted = Number(dig(object, 'spec', 'replicas') ?? 1);
  return (
    number('status', 'observedGeneration') >= number('metadata', 'generation') &&
    number('status', 'updatedReplicas') >= wanted &&
    number('status', 'availableReplicas') >= wanted &&
    number('status', 'replicas') <= wanted
  );
}
