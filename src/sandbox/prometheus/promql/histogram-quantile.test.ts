import { describe, expect, test } from 'vitest';
import { ask, seriesOf } from '../testing/series-of.ts';
import { bucketQuantile } from './histogram-quantile.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
type Buckets = readonly (readonly [bound: number, count: number])[];
const TEN: Buckets = [
  [1, 2],
  [2, 8],
  [4, 10],
  [infinity, 10],
];

describe('the quantile of a histogram', () => {
  test.each<{ name: string; q: number; buckets: Buckets; expected: number }>([
    // rank 5 is 3 of the 6 between 1 and 2
    { name: 'is interpolated within a bucket', q: 0.5, buckets: TEN, expected: 1.5 },
    // rank 1 of the 2 between 0 and 1
    { name: 'begins at zero in the first bucket', q: 0.1, buckets: TEN, expected: 0.5 },
    { name: 'is the bound where a bucket ends', q: 0.8, buckets: TEN, expected: 2 },
    { name: 'of 0 is the lowest', q: 0, buckets: TEN, expected: 0 },
    { name: 'of 1 is the highest that has observations', q: 1, buckets: TEN, expected: 4 },
    {
      name: 'in the open bucket is the highest finite bound',
      q: 0.99,
      buckets: [
        [1, 5],
        [infinity, 10],
      ],
      expected: 1,
    },
    { name: 'does not need ordered buckets', q: 0.5, buckets: [...TEN].reverse(), expected: 1.5 },
    {
      name: 'in a first bucket below zero is its bound',
      q: 0.1,
      buckets: [
        [-1, 5],
        [infinity, 5],
      ],
      expected: -1,
    },
    { name: 'below 0 is minus infinity', q: -0.1, buckets: TEN, expected: -infinity },
    { name: 'above 1 is infinity', q: 1.1, buckets: TEN, expected: infinity },
    { name: 'of NaN is NaN', q: nan, buckets: TEN, expected: nan },
    {
      name: 'without observations is NaN',
      q: 0.5,
      buckets: [
        [1, 0],
        [infinity, 0],
      ],
      expected: nan,
    },
    { name: 'without an open bucket is NaN', q: 0.5, buckets: TEN.slice(0, 3), expected: nan },
    { name: 'of one bucket is NaN', q: 0.5, buckets: [[infinity, 3]], expected: nan },
    { name: 'of no bucket is NaN', q: 0.5, buckets: [], expected: nan },
    {
      name: 'lifts a bucket that lags behind',
      q: 0.75,
      buckets: [
        [1, 4],
        [2, 3],
        [3, 8],
        [infinity, 8],
      ],
      expected: 2.5,
    },
    {
      name: 'ignores differences of rounding',
      q: 1,
      buckets: [
        [1, 4],
        [2, 4 + 1e-13],
        [infinity, 4],
      ],
      expected: 1,
    },
    {
      name: 'adds buckets of the same bound',
      q: 0.5,
      buckets: [
        [1, 1],
        [1, 1],
        [infinity, 4],
      ],
      expected: 1,
    },
  ])('$name', ({ q, buckets, expected }) => {
    const found = bucketQuantile(
      q,
      buckets.map(([bound, count]) => ({ bound, count })),
    );
    if (Number.isNaN(expected)) expect(found).toBeNaN();
    else expect(found).toBeCloseTo(expected, 12);
  });
});

describe('histogram_quantile', () => {
  const store = seriesOf({
    'b{pod="a",le="1"}': [2],
    'b{pod="a",le="2.0"}': [4],
    'b{pod="a",le="+Inf"}': [4],
    'b{pod="b",le="1"}': [4],
    'b{pod="b",le="2.0"}': [4],
    'b{pod="b",le="+Inf"}': [4],
    'b{pod="b",le="many"}': [1000],
    'b{pod="b"}': [1000],
  });

  test('puts the series together that differ in le only', () => {
    expect(ask(store, 'histogram_quantile(0.75, b)', 0)).toEqual({ '{pod="a"}': 1.5, '{pod="b"}': 0.75 });
  });

  test('takes summed buckets', () => {
    // 8 observations, 6 of them below 1: rank 7 is half way to 2
    expect(ask(store, 'histogram_quantile(0.875, sum(b) by (le))', 0)).toEqual({ '{}': 1.5 });
  });

  test('knows negative infinity as a bound', () => {
    const odd = seriesOf({ 'b{le="-Inf"}': [1], 'b{le="Inf"}': [1] });
    expect(ask(odd, 'histogram_quantile(1, b)', 0)).toEqual({ '{}': -infinity });
  });
});
