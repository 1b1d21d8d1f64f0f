import { expect, test } from 'vitest';
import { ageText } from './columns.ts';

const MINUTE = 60;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

test.each([
  [-5, '<invalid>'],
  [-1, '0s'],
  [0, '0s'],
  [119, '119s'],
  [120, '2m'],
  [150, '2m30s'],
  [9 * MINUTE + 59, '9m59s'],
  [10 * MINUTE, '10m'],
  [179 * MINUTE, '179m'],
  [3 * HOUR, '3h'],
  [3 * HOUR + 5 * MINUTE, '3h5m'],
  [8 * HOUR + 5 * MINUTE, '8h'],
  [47 * HOUR, '47h'],
  [2 * DAY, '2d'],
  [2 * DAY + 3 * HOUR, '2d3h'],
  [8 * DAY + 3 * HOUR, '8d'],
  [729 * DAY, '729d'],
  [730 * DAY, '2y'],
  [800 * DAY, '2y70d'],
  [9 * 365 * DAY, '9y'],
])('%i seconds are %s', (seconds, text) => {
  expect(ageText(0, seconds * 1000)).toBe(text);
});

test('an unknown time has an unknown age', () => {
  expect(ageText(Number.NaN, 0)).toBe('<unknown>');
});
