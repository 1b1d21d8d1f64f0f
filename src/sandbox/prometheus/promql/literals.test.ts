import { expect, test } from 'vitest';
import { readDurationMs, readNumber } from './literals.ts';

test.each([
  ['500ms', 500],
  ['30s', 30_000],
  ['1h30m', 5_400_000],
  ['1y2w3d4h5m6s7ms', 31_536_000_000 + 2 * 604_800_000 + 3 * 86_400_000 + 14_706_007],
  ['90', 90_000],
  ['1.5', 1500],
  ['', undefined],
  ['5x', undefined],
  ['1.5m', undefined],
  ['Inf', undefined],
])('the duration %s is %d ms', (text, expected) => {
  expect(readDurationMs(text)).toBe(expected);
});

test.each([
  ['1e3', 1000],
  ['1_000', 1000],
  ['0x1F', 31],
  ['0xa5d', 2653],
  ['1m', 60],
  ['inf', Number.POSITIVE_INFINITY],
  ['nan', Number.NaN],
  ['one', undefined],
  ['', undefined],
])('the number %s is %d', (text, expected) => {
  expect(readNumber(text)).toBe(expected);
});
