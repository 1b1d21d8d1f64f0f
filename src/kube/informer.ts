import { type Clock, pause } from '../runtime/clock.ts';
import type { Client } from './client.ts';
import { ApiError } from './errors.ts';
import { dig, type Kind, type KubeObject } from './object.ts';
import { withoutManagedFields } from './strip.ts';

/** What an informer tells: one object at a version, or the whole collection as just listed. */
export interface InformerSink {
  /** The collection as listed at a version: what isn't among the items is gone. */
  replaced(items: readonly KubeObject[], resourceVersion: string): void;
  upserted(object: KubeObject): void;
  /** The last state, with the version of the deletion. */
  deleted(object: KubeObject): void;
  notServed(): void;
  /** The list was refused for lack of permission. */
  forbidden(): void;
  /** For logs and metrics; the informer goes on by itself. */
  troubled(error: unknown): void;
}

export interface InformerOptions {
  readonly client: Pick<Client, 'list' | 'watch' | 'discovery'>;
  readonly clock: Clock;
  readonly kind: Kind;
  readonly namespace?: string | undefined;
  readonly metadataOnly: boolean;
  readonly sink: InformerSink;
  readonly signal: AbortSignal;
  /** In [0, 1): spreads reconnects of many informers. */
  readonly random: () => number;
}

const FIRST_BACK_OFF_MS = 800;
const LONGEST_BACK_OFF_MS = 30_000;
const NOT_SERVED_RETRY_MS = 30_000;

/** Lists, then watches, for ever: an informer never stops before its signal does, whatever the API server does. */
export async function runInformer(options: InformerOptions): Promise<void> {
  const { signal, clock, random } = options;
  let backOff = FIRST_BACK_OFF_MS;
  let version: string | undefined;
  while (!signal.aborted) {
    let isFresh = false;
    try {
      if (version === undefined) {
        version = await relist(options);
        isFresh = true;
      }
      const outcome = await follow(options, version, (reached) => {
        version = reached;
        backOff = FIRST_BACK_OFF_MS;
      });
      version = outcome.version;
      // a list that is too old already is a failing server, which must not be asked without a pause
      if (outcome.clean && !(isFresh && version === undefined && !outcome.progressed)) continue;
    } catch (error) {
      if (signal.aborted) return;
      if (ApiError.is(error, 'KindNotServed') || (error instanceof ApiError && error.code === 404)) {
        options.client.discovery.forget(options.kind);
        options.sink.notServed();
        await pause(clock, NOT_SERVED_RETRY_MS, signal);
        version = undefined;
        continue;
      }
      if (error instanceof ApiError && error.code === 403) options.sink.forbidden();
      options.sink.troubled(error);
    }
    await pause(clock, backOff * (0.5 + random() / 2), signal);
    backOff = Math.min(backOff * 2, LONGEST_BACK_OFF_MS);
  }
}

async function relist({ client, kind, namespace, metadataOnly, sink, signal }: InformerOptions): Promise<string> {
  const list = await client.list(kind, { namespace, metadataOnly, signal });
  sink.replaced(list.items.map(withoutManagedFields), list.resourceVersion);
  return list.resourceVersion;
}

/** One watch. `version`: where to go on; `undefined` when everything must be listed again. */
async function follow(
  { client, kind, namespace, metadataOnly, sink, signal, random }: InformerOptions,
  from: string,
  reached: (version: string) => void,
): Promise<{ version: string | undefined; clean: boolean; progressed: boolean }> {
  let version: string | undefined = from;
  let progressed = false;
  let failed: string | undefined;
  const timeoutSeconds = 300 + Math.floor(random() * 300);
  const watch = { namespace, metadataOnly, resourceVersion: from, timeoutSeconds, signal };
  const status = await client.watch(kind, watch, (line) => {
    if (failed !== undefined || line === '') return;
    const event = JSON.parse(line) as { type?: string; object?: KubeObject };
    if (event.type === undefined || event.object === undefined || event.type === 'ERROR') {
      failed = line;
      return;
    }
    progressed = true;
    version = event.object.metadata.resourceVersion ?? version;
    if (version !== undefined) reached(version);
    if (event.type === 'BOOKMARK') return;
    const object = withoutManagedFields({ ...event.object, apiVersion: kind.apiVersion, kind: kind.kind });
    if (event.type === 'DELETED') sink.deleted(object);
    else sink.upserted(object);
  });
  if (status === 404) throw new ApiError('the collection is gone', { code: 404, reason: 'KindNotServed' });
  if (status === 410 || isExpired(failed)) return { version: undefined, clean: true, progressed };
  if (status >= 400 || failed !== undefined) {
    sink.troubled(new ApiError(`a watch was refused: ${failed ?? status}`, { code: status, reason: 'WatchFailed' }));
    return { version, clean: false, progressed };
  }
  return { version, clean: progressed, progressed };
}

function isExpired(line: string | undefined): boolean {
  if (line === undefined) return false;
  try {
    const event: unknown = JSON.parse(line);
    const code = dig(event, 'object', 'code') ?? dig(event, 'code');
    const reason = dig(event, 'object', 'reason') ?? dig(event, 'reason');
    return code === 410 || reason === 'Expired' || reason === 'Gone';
  } catch {
    return false;
  }
}
