import { expect, test } from 'vitest';
import { deadline, pause, systemClock, toTimestamp } from './clock.ts';
import { VirtualClock } from './virtual-clock.ts';

test('timers fire in the order of their times, and of their making at the same time', async () => {
  const clock = new VirtualClock();
  const began = clock.now();
  const fired: string[] = [];
  const note = (name: string) => () => void fired.push(`${name} ${clock.now() - began}`);
  clock.after(20, note('late'));
  clock.after(10, note('first'));
  clock.after(10, note('second'));
  clock.after(-5, note('past'));
  const cancel = clock.after(15, note('cancelled'));
  cancel();
  await clock.advance(15);
  expect(fired).toEqual(['past 0', 'first 10', 'second 10']);
  expect(clock.now() - began).toBe(15);
});

test('what a timer starts is over before the next one fires', async () => {
  const clock = new VirtualClock();
  const log: string[] = [];
  clock.after(1, () => {
    void pause(clock, 1).then(() => log.push('paused'));
    void Promise.resolve().then(() => log.push('settled'));
  });
  clock.after(3, () => log.push('next'));
  await clock.advance(10);
  expect(log).toEqual(['settled', 'paused', 'next']);
});

test('running until something holds stops there, or gives up at the limit', async () => {
  const clock = new VirtualClock();
  const began = clock.now();
  let rang = false;
  clock.after(70, () => {
    rang = true;
  });
  expect(await clock.runUntil(() => rang, 50)).toBe(false);
  expect(clock.now() - began).toBe(50);
  expect(await clock.runUntil(() => rang, 50)).toBe(true);
  expect(clock.now() - began).toBe(70);
});

test('a pause ends early when its signal aborts, before or during it', async () => {
  const clock = new VirtualClock();
  const stop = new AbortController();
  const during = pause(clock, 1_000, stop.signal);
  stop.abort();
  await during;
  await pause(clock, 1_000, stop.signal);
  expect(clock.now()).toBe(new VirtualClock().now());
});

test('the system clock is the time of the machine; a far timer does not fire at once', async () => {
  expect(Math.abs(systemClock.now() - Date.now())).toBeLessThan(1_000);
  let far = false;
  const cancel = systemClock.after(1e12, () => {
    far = true;
  });
  await new Promise<void>((resolve) => systemClock.after(0, resolve));
  cancel();
  expect(far).toBe(false);
});

test.each([
  { ms: Date.UTC(2026, 0, 1), text: '2026-01-01T00:00:00Z' },
  { ms: Date.UTC(2026, 0, 1) + 1_999, text: '2026-01-01T00:00:01Z' },
])('$ms is written as $text', ({ ms, text }) => {
  expect(toTimestamp(ms)).toBe(text);
});

test('a deadline ends what takes too long, and says that it was the time', async () => {
  const clock = new VirtualClock();
  const limit = deadline(clock, 10);
  await clock.advance(9);
  expect([limit.signal.aborted, limit.isOver()]).toEqual([false, false]);
  await clock.advance(1);
  expect([limit.signal.aborted, limit.isOver()]).toEqual([true, true]);
  expect(limit.signal.reason).toMatchObject({ name: 'TimeoutError' });
});

test.each([
  { row: 'that is cancelled meanwhile', cancelFirst: false },
  { row: 'that was cancelled before', cancelFirst: true },
])('a deadline on something $row ends for that reason, and not by time', ({ cancelFirst }) => {
  const outer = new AbortController();
  if (cancelFirst) outer.abort('enough');
  const limit = deadline(new VirtualClock(), 10, outer.signal);
  if (!cancelFirst) outer.abort('enough');
  expect(limit.signal.reason).toBe('enough');
  expect(limit.isOver()).toBe(false);
});

test('a deadline that was cleared hears neither the time nor what is cancelled later', async () => {
  const clock = new VirtualClock();
  const outer = new AbortController();
  const limit = deadline(clock, 10, outer.signal);
  limit.clear();
  outer.abort();
  await clock.advance(20);
  expect([limit.signal.aborted, limit.isOver()]).toEqual([false, false]);
});
