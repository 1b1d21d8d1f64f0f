import { expect, test } from 'vitest';
import { ask, seriesOf } from '../testing/series-of.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const store = seriesOf({ x: [-2.5], y: [8], big: [1000], none: [nan], 'pair{a="1"}': [1], 'pair{a="2"}': [5] });

test.each<[string, number]>([
  ['abs(x)', 2.5],
  ['ceil(x)', -2],
  ['floor(x)', -3],
  ['round(x)', -2],
  ['round(y / 3)', 3],
  ['round(y / 3, 0.1)', 2.7],
  ['round(big, 400)', 1200],
  ['round(none)', nan],
  ['sqrt(y + 1)', 3],
  ['sqrt(x)', nan],
  ['exp(x * 0)', 1],
  ['ln(exp(y))', 8],
  ['ln(x * 0)', -infinity],
  ['log2(y)', 3],
  ['log10(big)', 3],
  ['sgn(x)', -1],
  ['clamp(y, 0, 5)', 5],
  ['clamp(x, 0, 5)', 0],
  ['clamp(none, 0, 5)', nan],
  ['clamp_min(x, 0)', 0],
  ['clamp_min(y, 0)', 8],
  ['clamp_max(y, 0)', 0],
  ['clamp_min(none, Inf)', infinity],
  ['clamp_max(none, -Inf)', -infinity],
  ['clamp_max(y, NaN)', nan],
])('%s is %d', (query, expected) => {
  expect(ask(store, query, 0)).toEqual({ '{}': expected });
});

test('every sample is computed, without its name', () => {
  expect(ask(store, 'floor(pair / 2)', 0)).toEqual({ '{a="1"}': 0, '{a="2"}': 2 });
});

test('nothing lies between bounds that cross', () => {
  expect(ask(store, 'clamp(y, 5, 0)', 0)).toEqual({});
});
