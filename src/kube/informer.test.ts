import { expect, test } from 'vitest';
import type { Client } from './client.ts';
import { ApiError } from './errors.ts';
import { runInformer } from './informer.ts';
import type { KubeObject } from './object.ts';
import { VirtualClock } from '../runtime/virtual-clock.ts';

const kind = { apiVersion: 'v1', kind: 'ConfigMap' };

/** One watch as the server plays it: lines, then the status, an error, or nothing more until the signal ends it. */
interface Played {
  readonly lines?: readonly unknown[];
  readonly end?: number | Error;
  /** How long the watch lasts before it ends. */
  readonly afterMs?: number;
}

interface Script {
  readonly lists?: readonly (KubeObject[] | Error)[];
  readonly watches?: readonly Played[];
}

function object(name: string, version: string): KubeObject {
  return { ...kind, metadata: { name, namespace: 'ns', uid: name, resourceVersion: version } };
}

function event(type: string, name: string, version: string) {
  return { type, object: { metadata: object(name, version).metadata } };
}

const bookmark = (version: string) => ({ type: 'BOOKMARK', object: { metadata: { resourceVersion: version } } });
const expired = { type: 'ERROR', object: { kind: 'Status', code: 410, reason: 'Expired' } };

/** Runs an informer against a script. The last list and watch go on being what they are. */
function start({ lists = [[]], watches = [{}] }: Script, random = 0.5) {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const began = clock.now();
  const told: string[] = [];
  const calls: string[] = [];
  const counts = { list: 0, watch: 0, forgotten: 0 };
  const log = (text: string) => calls.push(`${clock.now() - began} ${text}`);
  const client = {
    discovery: { forget: () => counts.forgotten++ },
    async list() {
      log('list');
      const list = lists[Math.min(counts.list++, lists.length - 1)] ?? [];
      if (list instanceof Error) throw list;
      return { resourceVersion: '10', items: list };
    },
    watch(_: unknown, options: Parameters<Client['watch']>[1], onLine: (line: string) => void) {
      log(`watch ${options.resourceVersion} ${options.timeoutSeconds}s`);
      const { lines = [], end, afterMs = 0 } = watches[Math.min(counts.watch++, watches.length - 1)] ?? {};
      for (const line of lines) onLine(JSON.stringify(line));
      return new Promise<number>((resolve, reject) => {
        options.signal.addEventListener('abort', () => resolve(200));
        if (end === undefined) return;
        clock.after(afterMs, () => (typeof end === 'number' ? resolve(end) : reject(end)));
      });
    },
  };
  const done = runInformer({
    client: client as unknown as Client,
    clock,
    kind,
    metadataOnly: false,
    signal: stop.signal,
    random: () => random,
    sink: {
      replaced: (items, version) => told.push(`list ${items.map(({ metadata }) => metadata.name)}@${version}`),
      upserted: ({ metadata }) => told.push(`put ${metadata.name}@${metadata.resourceVersion}`),
      deleted: ({ metadata }) => told.push(`delete ${metadata.name}@${metadata.resourceVersion}`),
      notServed: () => told.push('not served'),
      troubled: () => told.push('trouble'),
    },
  });
  const end = async () => {
    stop.abort();
    await clock.advance(0);
    await done;
  };
  return { clock, told, calls, counts, end };
}
