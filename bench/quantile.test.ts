import { describe, expect, it } from 'vitest';
import { most, quantile } from './quantile.ts';

const hundred = Array.from({ length: 100 }, (_, i) => 100 - i);

describe('a quantile', () => {
  it.each([
    { row: 'the middle', values: [3, 1, 2], share: 0.5, expected: 2 },
    { row: 'the lower middle of an even number', values: [4, 1, 3, 2], share: 0.5, expected: 2 },
    { row: 'all but the worst of a hundred', values: hundred, share: 0.99, expected: 99 },
    { row: 'the worst of a few', values: [1, 9, 2], share: 0.99, expected: 9 },
    { row: 'the least', values: [5, 4], share: 0, expected: 4 },
    { row: 'of nothing is no number', values: [], share: 0.5, expected: Number.NaN },
  ])('$row', ({ values, share, expected }) => {
    expect(quantile(values, share)).toBe(expected);
  });

  it('leaves the values as they are', () => {
    const values = [2, 1];
    quantile(values, 0.5);
    expect(values).toEqual([2, 1]);
  });
});

it('the most of many and of none', () => {
  expect([most([1, 7, 3]), most([])]).toEqual([7, 0]);
});
