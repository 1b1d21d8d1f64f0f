import { expect, test } from 'vitest';
import { isGatewayDuration, parseDuration, parseWindow, quoteDuration } from './durations.ts';
import { parseHook, parseMetric } from './parse-checks.ts';

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
  { name: 'parseDuration', read: parseDuration },
  { name: 'parseWindow', read: parseWindow },
])('$name has no use for more than 64 characters, and needs no time to say so', ({ read }) => {
  expect(read(`${'0'.repeat(61)}90s`)).toBe(90_000);
  expect(read(`${'0'.repeat(62)}90s`)).toBeUndefined();
  const start = performance.now();
  expect(read(`1m${'9'.repeat(250_000)}`)).toBeUndefined();
  expect(performance.now() - start).toBeLessThan(1_000);
});

test.each([
  ['1min', '"1min"'],
  ['9'.repeat(64), `"${'9'.repeat(64)}"`],
  ['9'.repeat(65), `"${'9'.repeat(64)}"…`],
])('%s is shown as %s', (text, shown) => {
  expect(quoteDuration(text)).toBe(shown);
});

test('a Canary is refused without all of a text that should be a duration', () => {
  const faults: string[] = [];
  const refuse = (_reason: string, _field: string, fault: string) => faults.push(fault);
  const text = 'x'.repeat(1_000);
  parseMetric({ name: 'errors', interval: text }, 'metrics[0]', 'shop', refuse);
  parseHook({ name: 'load', url: 'http://tester/', timeout: text }, 'webhooks[0]', refuse);
  parseHook({ name: 'go', type: 'confirm-rollout', expiry: text }, 'webhooks[1]', refuse);
  expect(faults).toEqual(Array.from({ length: 3 }, () => `is "${'x'.repeat(64)}"…`));
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
