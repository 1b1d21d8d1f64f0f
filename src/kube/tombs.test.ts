import { expect, test } from 'vitest';
import { VirtualClock } from '../runtime/virtual-clock.ts';
import { Tombs } from './tombs.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60_000;

/** Time that is set by hand, also back. */
function start() {
  let now = Date.UTC(2026, 0, 1);
  const tombs = new Tombs({ now: () => now, after: () => () => {} });
  const pass = (ms: number) => {
    now += ms;
  };
  return { tombs, pass };
}

test('of a day of deletions only the last minutes are kept', () => {
  const { tombs, pass } = start();
  let most = 0;
  for (let second = 0; second < 86_400; second++) {
    tombs.add(`u${second}`, `${second}`);
    most = Math.max(most, tombs.size);
    pass(SECOND_MS);
  }
  expect(most).toBeLessThanOrEqual(600);
});

test('a deletion is remembered for 5 minutes at least, whatever is deleted after it', () => {
  const { tombs, pass } = start();
  for (let second = 0; second < 1_000; second++) {
    tombs.add(`u${second}`, `${second}`);
    expect(tombs.has(`u${Math.max(second - 299, 0)}`)).toBe(true);
    pass(SECOND_MS);
  }
});

test('a clock that is set back makes nothing be forgotten too early or kept for long', () => {
  const { tombs, pass } = start();
  tombs.add('before', '1');
  pass(-60 * MINUTE_MS);
  tombs.add('after', '2');
  expect(tombs.has('before')).toBe(true);
  for (const uid of ['a', 'b']) {
    pass(5 * MINUTE_MS);
    tombs.add(uid, '3');
  }
  expect([tombs.has('before'), tombs.has('after'), tombs.size]).toEqual([false, false, 2]);
});

test('an object that is told as deleted twice counts from the second time', () => {
  const { tombs, pass } = start();
  tombs.add('u', '1');
  pass(5 * MINUTE_MS);
  tombs.add('u', '2');
  expect(tombs.size).toBe(1);
  pass(5 * MINUTE_MS);
  tombs.add('v', '3');
  expect(tombs.has('u')).toBe(true);
});

test('deletions are dropped by version, and all at once', () => {
  const tombs = new Tombs(new VirtualClock());
  for (const version of ['1', '2', '3']) tombs.add(`u${version}`, version);
  tombs.drop((version) => Number(version) <= 2);
  expect(['u1', 'u2', 'u3'].filter((uid) => tombs.has(uid))).toEqual(['u3']);
  tombs.clear();
  expect(tombs.size).toBe(0);
});
