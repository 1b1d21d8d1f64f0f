import { expect, test } from 'vitest';
import { isGatewayDuration, parseDuration, parseWindow } from './durations.ts';

test.each([
  ['10s', 10_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['500ms', 500],
  ['.5s', 500],
  ['1h2m3s4ms', 3_723_004],
  ['250us', 0.25],
  ['0', 0],
  ['-5s', -5_000],
  ['+5s', 5_000],
])('%s is %d ms', (text, ms) => {
  expect(parseDuration(text)).toBeCloseTo(ms, 9);
});

test.each(['', '10', 's', '1min', '10 s', '1d', 's10', '1m ', 'abc', '--1s', '1..5s'])('%j is no duration', (text) => {
  expect(parseDuration(text)).toBeUndefined();
});

test.each([
  ['1d', 86_400_000],
  ['1w', 604_800_000],
  ['1y', 31_536_000_000],
  ['1d12h', 129_600_000],
  ['90s', 90_000],
  ['1.5m', 90_000],
])('%s is a window of %d ms', (text, ms) => {
  expect(parseWindow(text)).toBe(ms);
});

test.each(['', '1h1d', '1x', 'd', '1min'])('%j is no window', (text) => {
  expect(parseWindow(text)).toBeUndefined();
});

test.each([
  ['15s', true],
  ['1h30m', true],
  ['100ms', true],
  ['1.5s', false],
  ['1d', false],
  ['100000s', false],
  ['', false],
])('%j as a Gateway API duration: %s', (text, valid) => {
  expect(isGatewayDuration(text)).toBe(valid);
});
