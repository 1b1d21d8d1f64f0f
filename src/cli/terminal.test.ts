import { expect, test } from 'vitest';
import { formatSpan, relative } from './relative-time.ts';
import { chooseStyle } from './terminal.ts';
import { packageVersion } from './version.ts';

test.each([
  { name: 'a terminal gets colour', isTerminal: true, env: {}, style: 'colour' },
  { name: 'a file gets none', isTerminal: false, env: {}, style: 'plain' },
  { name: 'NO_COLOR is respected', isTerminal: true, env: { NO_COLOR: '1' }, style: 'plain' },
  { name: 'an empty NO_COLOR counts as absent', isTerminal: true, env: { NO_COLOR: '' }, style: 'colour' },
  { name: 'a dumb terminal gets none', isTerminal: true, env: { TERM: 'dumb' }, style: 'plain' },
])('$name', ({ isTerminal, env, style }) => {
  expect(chooseStyle(isTerminal, env)).toBe(style);
});

test.each([
  [-5, '0s'],
  [999, '0s'],
  [45_000, '45s'],
  [125_000, '2m5s'],
  [120_000, '2m'],
  [12 * 60_000 + 5_000, '12m'],
  [3 * 3_600_000, '3h'],
  [26 * 3_600_000, '1d2h'],
])('%i ms are %s', (ms, text) => {
  expect(formatSpan(ms)).toBe(text);
});

test.each([
  ['1970-01-01T00:01:08Z', 'in 8s'],
  ['1970-01-01T00:00:00Z', '1m ago'],
  ['1970-01-01T00:01:00Z', 'now'],
  ['whenever', undefined],
  [undefined, undefined],
])('a minute after the epoch, %s is %s', (instant, text) => {
  expect(relative(instant, 60_000)).toBe(text);
});

test('a program outside of every package has no version to tell', () => {
  expect(() => packageVersion('file:///nowhere/at/all.ts')).toThrow('no package.json above the program');
});
