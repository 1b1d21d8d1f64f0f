import { expect, it } from 'vitest';
import { type Figure, isBroken } from './figure.ts';

it.each<{ row: string; figure: Pick<Figure, 'value' | 'budget'>; expected: boolean }>([
  { row: 'less than the budget', figure: { value: 1, budget: 2 }, expected: false },
  { row: 'just the budget', figure: { value: 0, budget: 0 }, expected: false },
  { row: 'more than the budget', figure: { value: 2.01, budget: 2 }, expected: true },
  { row: 'no number', figure: { value: Number.NaN, budget: 2 }, expected: true },
  { row: 'no budget', figure: { value: 1e9 }, expected: false },
])('a budget is broken or kept: $row', ({ figure, expected }) => {
  expect(isBroken({ what: 'x', unit: '', ...figure })).toBe(expected);
});
