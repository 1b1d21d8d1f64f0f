import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { Client } from '../client.ts';
import type { ApiError } from '../errors.ts';
import { runInformer } from '../informer.ts';
import type { KubeObject } from '../object.ts';
import type { ApiRequest, Transport } from '../transport.ts';
import { type Scripted, ScriptedTransport } from './scripted-transport.ts';

/** One watch as the server plays it: lines, then, after a while, the status that it ends with or a lost connection. */
export interface PlayedWatch {
  readonly lines?: readonly unknown[];
  /** Without it the watch lasts until the informer ends it. */
  readonly end?: number | ApiError;
  readonly afterMs?: number;
}

export interface Script {
  /** Names of the ConfigMaps that each list has, at version 10, or how it is refused. */
  readonly lists?: readonly (readonly string[] | Scripted | ApiError)[];
  readonly watches?: readonly PlayedWatch[];
}

/** Runs an informer of ConfigMaps against a script. The last list and the last watch are played again and again. */
export function scriptedInformer({ lists = [[]], watches = [{}] }: Script, random = 0.5) {
  const clock = new VirtualClock();
  const began = clock.now();
  const stop = new AbortController();
  const told: string[] = [];
  const seen: KubeObject[] = [];
  const calls: { readonly at: number; readonly what: string }[] = [];
  const note = (what: string) => calls.push({ at: clock.now() - began, what });
  let [listed, watched] = [0, 0];

  const answers = new ScriptedTransport(() => {
    note('list');
    const list = lists[Math.min(listed++, lists.length - 1)] ?? [];
    return isNames(list) ? { status: 200, body: listOf(list) } : list;
  });
  const transport: Transport = {
    send: (request) => answers.send(request),
    close: () => answers.close(),
    stream(request, onLine) {
      note(`watch ${new URLSearchParams(request.path.split('?')[1]).get('resourceVersion')}`);
      const played = watches[Math.min(watched++, watches.length - 1)] ?? {};
      return play(played, request, onLine, clock);
    },
  };
  const done = runInformer({
    client: new Client(transport, { clock }),
    clock,
    kind: { apiVersion: 'v1', kind: 'ConfigMap' },
    metadataOnly: false,
    signal: stop.signal,
    random: () => random,
    sink: {
      replaced: (items, version) => told.push(`list ${items.map(({ metadata }) => metadata.name)} @${version}`),
      upserted(object) {
        seen.push(object);
        told.push(`put ${object.metadata.name} @${object.metadata.resourceVersion}`);
      },
      deleted: ({ metadata }) => told.push(`delete ${metadata.name} @${metadata.resourceVersion}`),
      notServed: () => told.push('not served'),
      forbidden: () => told.push('forbidden'),
      troubled: () => told.push('trouble'),
    },
  });
  /** Stops the informer and waits for its end. */
  const end = async () => {
    stop.abort();
    await clock.advance(0);
    await done;
  };
  return { clock, told, seen, calls, end };
}

function play(
  { lines = [], end, afterMs = 0 }: PlayedWatch,
  { signal }: ApiRequest,
  onLine: (line: string) => void,
  clock: VirtualClock,
): Promise<number> {
  return new Promise((resolve, reject) => {
    signal?.addEventListener('abort', () => resolve(200));
    // after the call, as lines from a network would
    clock.after(0, () => {
      try {
        for (const line of lines) onLine(typeof line === 'string' ? line : JSON.stringify(line));
      } catch (error) {
        reject(error);
      }
    });
    if (end !== undefined) clock.after(afterMs, () => (typeof end === 'number' ? resolve(end) : reject(end)));
  });
}

function isNames(list: readonly string[] | Scripted | ApiError): list is readonly string[] {
  return Array.isArray(list);
}

function listOf(names: readonly string[]) {
  const items = names.map((name) => ({ metadata: { name, namespace: 'ns', uid: name, resourceVersion: '5' } }));
  return { metadata: { resourceVersion: '10' }, items };
}
