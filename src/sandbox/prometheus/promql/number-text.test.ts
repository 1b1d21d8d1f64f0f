import { expect, test } from 'vitest';
import { numberText, plainDecimal } from './number-text.ts';

test.each([
  [1, '1', '1'],
  [-0, '-0', '-0'],
  [0.1, '0.1', '0.1'],
  [1e20, '100000000000000000000', '100000000000000000000'],
  [1e21, '1e+21', '1000000000000000000000'],
  [1.25e25, '1.25e+25', '12500000000000000000000000'],
  [0.000001, '0.000001', '0.000001'],
  [1.5e-7, '1.5e-07', '0.00000015'],
  [-2e-10, '-2e-10', '-0.0000000002'],
  [Number.NaN, 'NaN', 'NaN'],
  [Number.POSITIVE_INFINITY, '+Inf', '+Inf'],
  [Number.NEGATIVE_INFINITY, '-Inf', '-Inf'],
])('%d is written as %s, and as %s in a label', (value, text, plain) => {
  expect(numberText(value)).toBe(text);
  expect(plainDecimal(value)).toBe(plain);
});
