import fc from 'fast-check';
import { expect, test } from 'vitest';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { KindCache } from './cache.ts';
import type { KubeObject } from './object.ts';

/** One entry of the server's history. */
interface Entry {
  readonly version: number;
  readonly type: 'put' | 'delete';
  readonly object: KubeObject;
}

/** A server of one kind: `write` makes, changes or deletes the object of a name and remembers the event. */
class Server {
  readonly history: Entry[] = [];
  readonly live = new Map<string, KubeObject>();
  #uids = 0;

  get version(): number {
    return this.history.length;
  }

  write(name: string, how: 'put' | 'delete'): Entry | undefined {
    const present = this.live.get(name);
    if (how === 'delete' && !present) return undefined;
    const version = this.version + 1;
    const uid = present?.metadata.uid ?? `uid-${this.#uids++}`;
    const metadata = { name, namespace: 'ns', uid, resourceVersion: String(version) };
    const entry = { version, type: how, object: { apiVersion: 'v1', kind: 'ConfigMap', metadata } };
    this.history.push(entry);
    if (how === 'put') this.live.set(name, entry.object);
    else this.live.delete(name);
    return entry;
  }
}

/** A watch that is behind, and that may be taken up again at an earlier place: then events come twice. */
class Watch {
  readonly #server: Server;
  readonly #cache: KindCache;
  #at = 0;
  /** Where the last list was taken: no watch begins before. */
  #from = 0;

  constructor(server: Server, cache: KindCache) {
    this.#server = server;
    this.#cache = cache;
  }

  deliver(count: number): void {
    for (const entry of this.#server.history.slice(this.#at, this.#at + count)) {
      if (entry.type === 'put') this.#cache.put(entry.object);
      else this.#cache.remove(entry.object);
      this.#at = entry.version;
    }
  }

  repeat(count: number): void {
    this.#at = Math.max(this.#at - count, this.#from);
  }

  relist(): void {
    this.#cache.replace([...this.#server.live.values()], String(this.#server.version));
    this.#from = this.#server.version;
    this.#at = this.#from;
  }
}

const name = fc.constantFrom('a', 'b');
const count = fc.integer({ min: 1, max: 5 });
const step = fc.oneof(
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constant('other' as const), name, how: fc.constantFrom('put', 'delete') }),
  },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('own' as const), name, lateBy: fc.nat({ max: 4 }) }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant('deliver' as const), count }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant('repeat' as const), count }) },
);
const relist = fc.record({ do: fc.constant('relist' as const) });

type Step = typeof step extends fc.Arbitrary<infer T> ? T | { readonly do: 'relist' } : never;

/** Plays the steps; checks after each that nothing went back, and at the end that the cache equals the server. */
function play(steps: readonly Step[]): void {
  const seen = new Map<string, number>();
  const gone = new Set<string>();
  const cache = new KindCache(new VirtualClock(), ({ type, object: { metadata } }) => {
    const uid = metadata.uid ?? '';
    const version = Number(metadata.resourceVersion);
    if (type === 'deleted') {
      gone.add(uid);
      return;
    }
    expect(gone.has(uid), `${uid} came back`).toBe(false);
    expect(version, `${uid} went back`).toBeGreaterThan(seen.get(uid) ?? 0);
    seen.set(uid, version);
  });
  const server = new Server();
  const watch = new Watch(server, cache);
  const answers: { dueAt: number; object: KubeObject }[] = [];
  const arrive = (now: number) => {
    for (const answer of answers.splice(0)) {
      if (answer.dueAt <= now) cache.put(answer.object);
      else answers.push(answer);
    }
  };
  steps.forEach((each, now) => {
    if (each.do === 'other') server.write(each.name, each.how === 'put' ? 'put' : 'delete');
    else if (each.do === 'deliver') watch.deliver(each.count);
    else if (each.do === 'repeat') watch.repeat(each.count);
    else if (each.do === 'relist') {
      arrive(Number.POSITIVE_INFINITY);
      watch.relist();
    } else {
      const entry = server.write(each.name, 'put');
      if (entry) answers.push({ dueAt: now + each.lateBy, object: entry.object });
    }
    arrive(now);
  });
  arrive(Number.POSITIVE_INFINITY);
  watch.deliver(server.version);
  const byName = (objects: Iterable<KubeObject>) =>
    [...objects].map(({ metadata }) => `${metadata.name} ${metadata.uid} ${metadata.resourceVersion}`).sort();
  expect(byName(cache.list())).toEqual(byName(server.live.values()));
}

test('however late and often events and answers come, no object goes back and the cache ends equal to the server', () => {
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40 }), (steps) => play(steps)),
    { numRuns: 3000 },
  );
});

test('the same with lists in between that no answer crosses', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof({ weight: 8, arbitrary: step }, { weight: 1, arbitrary: relist }), { maxLength: 40 }),
      (steps) => play(steps),
    ),
    { numRuns: 3000 },
  );
});
