import { describe, expect, test } from 'vitest';
import { createSeriesStore } from '../store.ts';
import { ask } from '../testing/series-of.ts';
import { combine } from './operators.ts';

const store = createSeriesStore();
const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;

describe('numbers', () => {
  test.each<[string, number]>([
    ['1 + 2 * 3', 7],
    ['(1 + 2) * 3', 9],
    ['10 - 4 - 3', 3],
    ['2 ^ 3 ^ 2', 512],
    ['-2 ^ 2', -4],
    ['(-2) ^ 2', 4],
    ['- 1 ^ 2', -1],
    ['2 ^ -1 * 3', 1.5],
    ['1 - -2', 3],
    ['--1', 1],
    ['+1', 1],
    ['7 % 4', 3],
    ['-7 % 4', -3],
    ['7 % 0', nan],
    ['1 / 0', infinity],
    ['-1 / 0', -infinity],
    ['0 / 0', nan],
    ['1 ^ NaN', 1],
    ['1 ^ Inf', 1],
    ['(-1) ^ -Inf', 1],
    ['0 ^ 0', 1],
    ['1 == bool 1', 1],
    ['1 != bool 1', 0],
    ['1 < bool 2', 1],
    ['2 <= bool 2', 1],
    ['1 > bool 2', 0],
    ['1 >= bool 2', 0],
    ['NaN == bool NaN', 0],
    ['NaN != bool NaN', 1],
    ['1 + 1 == bool 2', 1],
    ['1 atan2 1', Math.PI / 4],
    ['5m', 300],
    ['0x10', 16],
    ['.5e1', 5],
    ['-Inf', -infinity],
  ])('%s is %d', (query, expected) => {
    expect(ask(store, query, 0)).toBe(expected);
  });
});

test('set operators have no meaning between numbers', () => {
  expect(() => combine('and', 1, 2)).toThrow('operator and not allowed between numbers');
});
