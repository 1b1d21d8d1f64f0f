import { expect, it } from 'vitest';
import { VirtualClock } from '../src/runtime/virtual-clock.ts';
import { PATIENCE_MS, untilQuiet, untilSeen } from './waiting.ts';

/** What a promise came to while the time went by. */
async function after<Value>(clock: VirtualClock, ms: number, promise: Promise<Value>): Promise<unknown> {
  let came: unknown = 'pending';
  promise.then(
    (value) => {
      came = value;
    },
    (error: unknown) => {
      came = error;
    },
  );
  await clock.advance(ms);
  return came;
}

it('what never comes true ends the wait, and is named', async () => {
  const clock = new VirtualClock();
  const waiting = untilSeen('a canary was seen', 200, () => false, clock);
  expect(await after(clock, PATIENCE_MS + 1_000, waiting)).toEqual(new Error('timed out: a canary was seen'));
});

it('what comes true is seen within the interval', async () => {
  const clock = new VirtualClock();
  const start = clock.now();
  const waiting = untilSeen('half a second', 200, () => clock.now() >= start + 500, clock).then(
    () => clock.now() - start,
  );
  expect(await after(clock, 1_000, waiting)).toBe(600);
});

it('a count is quiet when it stays the same for the whole while', async () => {
  const clock = new VirtualClock();
  const counts = [1, 2, 3, 3];
  expect(
    await after(
      clock,
      9_000,
      untilQuiet(3_000, () => counts.shift() ?? 4, clock),
    ),
  ).toBe(true);
  expect(counts).toEqual([]);
});

it('a count that never stays the same is measured all the same', async () => {
  const clock = new VirtualClock();
  let count = 0;
  const waiting = untilQuiet(3_000, () => count++, clock);
  expect(await after(clock, 50_000, waiting)).toBe('pending');
  expect(await after(clock, 20_000, waiting)).toBe(false);
});
