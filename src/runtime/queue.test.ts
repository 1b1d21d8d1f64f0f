import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pause } from './clock.ts';
import { createQueue, type Processed } from './queue.ts';
import { settle, VirtualClock } from './virtual-clock.ts';

/** A queue whose work ends when the test says so. */
function start({ concurrency = 2, outcomes = {} as Record<string, (nth: number) => Processed> } = {}) {
  const clock = new VirtualClock();
  const began = clock.now();
  const log: string[] = [];
  const errors: string[] = [];
  const depths: number[] = [];
  const counts = new Map<string, number>();
  const open: { key: string; finish: () => void }[] = [];
  let byHand = false;
  const queue = createQueue({
    clock,
    concurrency,
    onDepth: (keys) => depths.push(keys),
    onError: (key, error) => errors.push(`${key}: ${error instanceof Error ? error.message : error}`),
    async process(key) {
      const nth = (counts.get(key) ?? 0) + 1;
      counts.set(key, nth);
      log.push(`${clock.now() - began} ${key}`);
      if (byHand) await new Promise<void>((resolve) => open.push({ key, finish: resolve }));
      return outcomes[key]?.(nth);
    },
  });
  const hold = () => {
    byHand = true;
  };
  const finish = async (key: string) => {
    const at = open.findIndex((each) => each.key === key);
    for (const each of open.splice(at, 1)) each.finish();
    await settle();
  };
  return { clock, queue, log, errors, depths, hold, finish };
}

test('a key is worked on at once, and once however often it was added', async () => {
  const { queue, log, hold, finish } = start({ concurrency: 1 });
  hold();
  for (const key of ['a', 'b', 'b', 'b']) queue.add(key);
  expect(log).toEqual(['0 a']);
  expect(queue.depth).toBe(1);
  await finish('a');
  await finish('b');
  expect(log).toEqual(['0 a', '0 b']);
  expect(queue.idle()).toBe(true);
});

test('how many keys wait is told until none does', async () => {
  const { queue, depths, hold, finish } = start({ concurrency: 1 });
  hold();
  for (const key of ['a', 'b', 'c']) queue.add(key);
  expect(depths.at(-1)).toBe(2);
  await finish('a');
  expect(depths.at(-1)).toBe(1);
  await finish('b');
  expect(depths.at(-1)).toBe(0);
});

test('nothing waits any more once the queue is drained', async () => {
  const { queue, depths, hold, finish } = start({ concurrency: 1 });
  hold();
  for (const key of ['a', 'b']) queue.add(key);
  const drained = queue.drain();
  expect(depths.at(-1)).toBe(0);
  await finish('a');
  await drained;
});

test('no more keys are worked on at once than allowed', async () => {
  const { queue, log, hold, finish } = start({ concurrency: 2 });
  hold();
  for (const key of ['a', 'b', 'c', 'd']) queue.add(key);
  expect(log).toEqual(['0 a', '0 b']);
  await finish('b');
  expect(log).toEqual(['0 a', '0 b', '0 c']);
  expect(queue.idle()).toBe(false);
});

test('a key that is added while it is worked on is worked on once more afterwards, never twice at once', async () => {
  const { queue, log, hold, finish } = start();
  hold();
  queue.add('a');
  queue.add('a');
  queue.add('a');
  expect(log).toEqual(['0 a']);
  await finish('a');
  expect(log).toEqual(['0 a', '0 a']);
  await finish('a');
  expect(queue.idle()).toBe(true);
  expect(log).toHaveLength(2);
});

test.each([
  { name: 'the earlier one wins, added first', delays: [1_000, 5_000], at: [1_000] },
  { name: 'the earlier one wins, added last', delays: [5_000, 1_000], at: [1_000] },
])('of two instants $name', async ({ delays, at }) => {
  const { clock, queue, log } = start();
  for (const delay of delays) queue.addAfter('a', delay);
  await clock.advance(10_000);
  expect(log).toEqual(at.map((ms) => `${ms} a`));
});

test('adding a key at once takes back its later instant', async () => {
  const { clock, queue, log } = start();
  queue.addAfter('a', 1_000);
  queue.add('a');
  await clock.advance(5_000);
  expect(log).toEqual(['0 a']);
});

test('work may ask to be looked at again after a while', async () => {
  const outcomes = { a: (nth: number) => (nth < 3 ? { requeueAfterMs: 1_000 } : undefined) };
  const { clock, queue, log } = start({ outcomes });
  queue.add('a');
  await clock.advance(10_000);
  expect(log).toEqual(['0 a', '1000 a', '2000 a']);
});

test('failures are told and tried again after 5 ms, twice that, and so on up to 5 minutes', async () => {
  const outcomes = {
    a: () => {
      throw new Error('no');
    },
  };
  const { clock, queue, log, errors } = start({ outcomes });
  queue.add('a');
  await clock.advance(3_600_000);
  const times = log.map((entry) => Number(entry.split(' ')[0]));
  const pauses = times.slice(1).map((at, i) => at - (times[i] ?? 0));
  expect(pauses.slice(0, 5)).toEqual([5, 10, 20, 40, 80]);
  expect(pauses.at(-1)).toBe(300_000);
  expect(errors).toHaveLength(times.length);
  expect(errors[0]).toBe('a: no');
});

test('a success makes the pauses short again', async () => {
  const outcomes = {
    a: (nth: number) => {
      if (nth !== 3) throw new Error('no');
      return { requeueAfterMs: 1_000 };
    },
  };
  const { clock, queue, log } = start({ outcomes });
  queue.add('a');
  await clock.advance(1_020);
  expect(log).toEqual(['0 a', '5 a', '15 a', '1015 a', '1020 a']);
});

test('a failing key does not hold up others', async () => {
  const outcomes = {
    bad: () => {
      throw new Error('no');
    },
  };
  const { clock, queue, log } = start({ concurrency: 1, outcomes });
  queue.add('bad');
  queue.add('good');
  await clock.advance(0);
  expect(log).toEqual(['0 bad', '0 good']);
});

test('draining finishes the work in hand, and takes and starts no more', async () => {
  const { clock, queue, log, hold, finish } = start({
    concurrency: 1,
    outcomes: { a: () => ({ requeueAfterMs: 10 }) },
  });
  hold();
  queue.add('a');
  queue.add('a');
  queue.add('b');
  queue.addAfter('c', 100);
  let drained = false;
  const draining = queue.drain().then(() => {
    drained = true;
  });
  queue.add('d');
  queue.addAfter('e', 0);
  await clock.advance(1_000);
  expect(drained).toBe(false);
  await finish('a');
  await draining;
  await clock.advance(10_000);
  expect(log).toEqual(['0 a']);
  expect(queue.idle()).toBe(true);
});

test.each([
  { name: 'work that ends within 10 s is not cancelled', takesMs: 9_999, atMs: 9_999, cancelled: false },
  { name: 'work that takes longer is cancelled after 10 s', takesMs: 3_600_000, atMs: 10_000, cancelled: true },
])('while draining, $name', async ({ takesMs, atMs, cancelled }) => {
  const clock = new VirtualClock();
  const began = clock.now();
  const errors: string[] = [];
  let wasCancelled = false;
  const queue = createQueue({
    clock,
    concurrency: 1,
    onError: (key) => errors.push(key),
    async process(_, signal) {
      await pause(clock, takesMs, signal);
      wasCancelled = signal.aborted;
      signal.throwIfAborted();
      return undefined;
    },
  });
  queue.add('a');
  let drainedAt: number | undefined;
  const draining = queue.drain().then(() => {
    drainedAt = clock.now() - began;
  });
  await clock.advance(60_000);
  await draining;
  expect([drainedAt, wasCancelled, errors]).toEqual([atMs, cancelled, []]);
});

test('whatever is added when, no key is worked on twice at once and the last addition is always seen', async () => {
  const step = fc.record({
    key: fc.constantFrom('a', 'b', 'c'),
    pauseMs: fc.nat({ max: 30 }),
    delayMs: fc.nat({ max: 40 }),
  });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 12 }), fc.integer({ min: 1, max: 3 }), async (steps, concurrency) => {
      const clock = new VirtualClock();
      const inHand = new Set<string>();
      const startedAt = new Map<string, number>();
      let most = 0;
      const queue = createQueue({
        clock,
        concurrency,
        async process(key) {
          expect(inHand.has(key)).toBe(false);
          inHand.add(key);
          most = Math.max(most, inHand.size);
          startedAt.set(key, clock.now());
          await new Promise<void>((resolve) => clock.after(17, resolve));
          inHand.delete(key);
          return undefined;
        },
      });
      const addedAt = new Map<string, number>();
      for (const { key, pauseMs, delayMs } of steps) {
        if (delayMs < 10) {
          queue.add(key);
          addedAt.set(key, clock.now());
        } else queue.addAfter(key, delayMs);
        await clock.advance(pauseMs);
      }
      await clock.advance(10_000);
      expect(queue.idle()).toBe(true);
      expect(most).toBeLessThanOrEqual(concurrency);
      for (const [key, at] of addedAt) expect(startedAt.get(key)).toBeGreaterThanOrEqual(at);
    }),
    { numRuns: 60 },
  );
});
