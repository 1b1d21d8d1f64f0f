import { expect, test } from 'vitest';
import { formatExponent, formatFixed, formatMilliseconds, formatShortest, parseNumber } from './go-number.ts';

test.each([
  { value: 98.685, digits: 2, text: '98.69' },
  { value: 2.675, digits: 2, text: '2.67' },
  { value: 0.125, digits: 2, text: '0.12' },
  { value: 98.125, digits: 2, text: '98.12' },
  { value: 0.375, digits: 2, text: '0.38' },
  { value: 2.5, digits: 0, text: '2' },
  { value: 3.5, digits: 0, text: '4' },
  { value: -0.001, digits: 2, text: '-0.00' },
  { value: 50, digits: 2, text: '50.00' },
  { value: 1e21, digits: 2, text: '1000000000000000000000.00' },
  { value: 1e22, digits: 0, text: '10000000000000000000000' },
  { value: Number.NaN, digits: 2, text: 'NaN' },
  { value: Number.POSITIVE_INFINITY, digits: 2, text: '+Inf' },
  { value: Number.NEGATIVE_INFINITY, digits: 2, text: '-Inf' },
  { value: 1.5, digits: 90, text: `1.5${'0'.repeat(89)}` },
])('$value with $digits digits is $text', ({ value, digits, text }) => {
  expect(formatFixed(value, digits)).toBe(text);
});

test.each([
  { value: 99, text: '99' },
  { value: 99.5, text: '99.5' },
  { value: 0.1, text: '0.1' },
  { value: 0.0001, text: '0.0001' },
  { value: 0.00001, text: '1e-05' },
  { value: 100000, text: '100000' },
  { value: 1e6, text: '1e+06' },
  { value: 1234567, text: '1.234567e+06' },
  { value: 123456789.5, text: '1.234567895e+08' },
  { value: 1.5e300, text: '1.5e+300' },
  { value: -0.5, text: '-0.5' },
  { value: 0, text: '0' },
  { value: -0, text: '-0' },
  { value: Number.NaN, text: 'NaN' },
  { value: Number.POSITIVE_INFINITY, text: '+Inf' },
  { value: Number.NEGATIVE_INFINITY, text: '-Inf' },
])('the shortest text of $value is $text', ({ value, text }) => {
  expect(formatShortest(value)).toBe(text);
});

test.each([
  { value: 1234.5678, digits: 3, text: '1.23e+03' },
  { value: 123.456, digits: 4, text: '123.5' },
  { value: 100, digits: 5, text: '100' },
  { value: 1000000, digits: 3, text: '1e+06' },
  { value: 0.5, digits: 0, text: '0.5' },
])('$value with at most $digits significant digits is $text', ({ value, digits, text }) => {
  expect(formatShortest(value, digits)).toBe(text);
});

test('an exponent has at least two digits', () => {
  expect(formatExponent(1234.5, 6)).toBe('1.234500e+03');
  expect(formatExponent(1e-7, undefined, true)).toBe('1E-07');
  expect(formatExponent(Number.POSITIVE_INFINITY, 2)).toBe('+Inf');
});

test.each([
  { text: '1', value: 1 },
  { text: '-1.5e3', value: -1500 },
  { text: '.5', value: 0.5 },
  { text: '+Inf', value: Number.POSITIVE_INFINITY },
  { text: 'infinity', value: Number.POSITIVE_INFINITY },
  { text: '-inf', value: Number.NEGATIVE_INFINITY },
  { text: 'NaN', value: Number.NaN },
  { text: '0x1p-2', value: 0.25 },
  { text: '-0x1.8p1', value: -3 },
  { text: '', value: undefined },
  { text: ' 1', value: undefined },
  { text: '1_000', value: undefined },
  { text: '1x', value: undefined },
  { text: '1e400', value: undefined },
  { text: '0x', value: undefined },
  { text: '0xp1', value: undefined },
  { text: '+NaN', value: undefined },
])('$text reads as $value', ({ text, value }) => {
  expect(parseNumber(text)).toBe(value);
});

test.each([
  { ms: 0, text: '0s' },
  { ms: 1, text: '1ms' },
  { ms: 500, text: '500ms' },
  { ms: 1000, text: '1s' },
  { ms: 1515, text: '1.515s' },
  { ms: 60_000, text: '1m0s' },
  { ms: 61_001, text: '1m1.001s' },
  { ms: 3_600_000, text: '1h0m0s' },
  { ms: 90_061_000, text: '25h1m1s' },
  { ms: -1500, text: '-1.5s' },
])('$ms ms are $text', ({ ms, text }) => {
  expect(formatMilliseconds(ms)).toBe(text);
});
