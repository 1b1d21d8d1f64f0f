import { expect, test } from 'vitest';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { RateLimit } from './rate-limit.ts';

/** Times in milliseconds at which `count` requests that ask at once go out. */
async function departures(clock: VirtualClock, limit: RateLimit, count: number): Promise<number[]> {
  const began = clock.now();
  const times: number[] = [];
  const all = Array.from({ length: count }, (_, i) =>
    limit.take().then(() => times.push((clock.now() - began) * 10 + i)),
  );
  await clock.advance(60_000);
  await Promise.all(all);
  return times;
}

test('a burst goes out at once, the rest at the rate, in the order of asking', async () => {
  const clock = new VirtualClock();
  expect(await departures(clock, new RateLimit(clock, 2, 3), 6)).toEqual([0, 1, 2, 5_003, 10_004, 15_005]);
});

test('rest fills the bucket up to the burst and no further', async () => {
  const clock = new VirtualClock();
  const limit = new RateLimit(clock, 2, 3);
  await departures(clock, limit, 3);
  expect(await departures(clock, limit, 4)).toEqual([0, 1, 2, 5_003]);
});

test('an abort ends the waiting', async () => {
  const clock = new VirtualClock();
  const limit = new RateLimit(clock, 1, 1);
  await limit.take();
  const stop = new AbortController();
  const waiting = limit.take(stop.signal);
  stop.abort();
  await waiting;
  expect(clock.now()).toBe(new VirtualClock().now());
});

test('a clock that is set back holds nobody up', async () => {
  const clock = new VirtualClock();
  let offsetMs = 0;
  const limit = new RateLimit({ now: () => clock.now() + offsetMs, after: (ms, fire) => clock.after(ms, fire) }, 2, 3);
  await departures(clock, limit, 1);
  offsetMs = -3_600_000;
  expect(await departures(clock, limit, 3)).toEqual([0, 1, 5_002]);
});
