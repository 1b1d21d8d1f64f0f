import { describe, expect, test } from 'vitest';
import { ask, seriesOf, type Written } from '../testing/series-of.ts';

/** One sample each ten seconds from second 0. */
function value(samples: readonly Written[], query: string, seconds: number): unknown {
  return Object.values(ask(seriesOf({ x: samples }), query, seconds) as object)[0];
}

const STEADY = [100, 110, 120, 130, 140, 150, 160];

describe('rate and increase', () => {
  test.each<{ name: string; samples: readonly Written[]; query: string; at: number; expected: number | undefined }>([
    // (0, 60] holds the samples of 10 to 60: 50 in 50 s, and 10 s more to the start of the window
    { name: 'a window that begins just after a sample', samples: STEADY, query: 'rate(x[1m])', at: 60, expected: 1 },
    { name: 'the same as an increase', samples: STEADY, query: 'increase(x[1m])', at: 60, expected: 60 },
    {
      name: 'the whole window when both ends are near',
      samples: STEADY,
      query: 'increase(x[50s])',
      at: 55,
      expected: 50,
    },
    // (10, 70]: the last sample is 10 s before the end, below 11 s, so it counts as near
    { name: 'an end that is one distance away', samples: STEADY, query: 'increase(x[1m])', at: 70, expected: 60 },
    // 75: 20 to 60 are in (15, 75]: 40 in 40 s; 5 s before; the end is 15 s away, so half a distance: 5 s
    { name: 'an end that is too far away', samples: STEADY, query: 'increase(x[1m])', at: 75, expected: 50 },
    // 10 to 60 in (-60, 60] are far from the start of the window: half a distance
    {
      name: 'a start that is too far away',
      samples: [null, ...STEADY.slice(1)],
      query: 'increase(x[2m])',
      at: 60,
      expected: 55,
    },
    // 1 to 3 in 20 s: zero was 10 s before the first sample, so the 10 s at the start count whole
    {
      name: 'a counter that was zero at the start of the window',
      samples: [null, 1, 2, 3],
      query: 'increase(x[30s])',
      at: 30,
      expected: 3,
    },
    // 1 to 21 in 20 s: zero was one second before the first sample
    {
      name: 'a counter that was zero within the window',
      samples: [null, 1, 11, 21],
      query: 'increase(x[30s])',
      at: 30,
      expected: 21,
    },
    {
      name: 'a counter that starts at zero',
      samples: [null, 0, 10, 20],
      query: 'increase(x[30s])',
      at: 30,
      expected: 20,
    },
    // half a distance (5 s) is beyond the zero that lies 1 s before the first sample
    {
      name: 'zero nearer than half a distance',
      samples: [null, null, null, 1, 11, 21],
      query: 'increase(x[1m])',
      at: 50,
      expected: 21,
    },
    // (1, 31]: 110, then 5 and 10 after the reset, in 20 s; 9 s before and 1 s behind: 15 * 30 / 20
    {
      name: 'a reset, after which it counts from zero',
      samples: [100, 110, 5, 15],
      query: 'increase(x[30s] offset 1s)',
      at: 32,
      expected: 22.5,
    },
    { name: 'a counter that stands still', samples: [7, 7, 7, 7], query: 'rate(x[30s])', at: 30, expected: 0 },
    { name: 'one sample', samples: [7], query: 'rate(x[1m])', at: 5, expected: undefined },
    { name: 'no sample', samples: [7], query: 'rate(x[1m])', at: 500, expected: undefined },
    {
      name: 'a sample on the early end of the window, which is outside',
      samples: [1, 5],
      query: 'increase(x[10s])',
      at: 10,
      expected: undefined,
    },
    {
      name: 'stale markers, which are no samples',
      samples: [0, 10, 'stale', 30],
      query: 'increase(x[40s])',
      at: 30,
      expected: 30,
    },
  ])('measure $name', ({ samples, query, at, expected }) => {
    const found = value(samples, query, at);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 9);
  });
});

describe('other changes', () => {
  test.each<{ name: string; samples: readonly Written[]; query: string; at: number; expected: number | undefined }>([
    {
      name: 'delta extrapolates, and may fall',
      samples: [100, 90, 80, 70],
      query: 'delta(x[30s])',
      at: 30,
      expected: -30,
    },
    {
      name: 'delta goes below zero, unlike a counter',
      samples: [null, 1, 11, 21],
      query: 'delta(x[30s])',
      at: 30,
      expected: 30,
    },
    { name: 'irate takes the last two', samples: [0, 10, 50], query: 'irate(x[1m])', at: 25, expected: 4 },
    { name: 'irate after a reset counts from zero', samples: [0, 100, 50], query: 'irate(x[1m])', at: 25, expected: 5 },
    { name: 'irate of one sample is nothing', samples: [1], query: 'irate(x[1m])', at: 5, expected: undefined },
    { name: 'idelta is the last difference', samples: [0, 100, 50], query: 'idelta(x[1m])', at: 25, expected: -50 },
    { name: 'deriv is the slope per second', samples: [1, 3, 5, 7], query: 'deriv(x[1m])', at: 30, expected: 0.2 },
    { name: 'deriv fits a line', samples: [0, 10, 0, 10], query: 'deriv(x[1m])', at: 30, expected: 0.2 },
    { name: 'deriv of a flat series is zero', samples: [0.1, 0.1, 0.1], query: 'deriv(x[1m])', at: 30, expected: 0 },
    { name: 'deriv of one sample is nothing', samples: [1], query: 'deriv(x[1m])', at: 5, expected: undefined },
    {
      name: 'changes counts other values',
      samples: [1, 1, 2, 1, Number.NaN, Number.NaN],
      query: 'changes(x[2m])',
      at: 60,
      expected: 3,
    },
    { name: 'changes of one sample is zero', samples: [1], query: 'changes(x[2m])', at: 5, expected: 0 },
    { name: 'resets counts falls', samples: [1, 5, 2, 3, 0], query: 'resets(x[2m])', at: 60, expected: 2 },
  ])('$name', ({ samples, query, at, expected }) => {
    const found = value(samples, query, at);
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toBeCloseTo(expected, 9);
  });

  test('lose the name of the metric', () => {
    expect(ask(seriesOf({ 'x{a="b"}': [0, 10] }), 'idelta(x[1m])', 10)).toEqual({ '{a="b"}': 10 });
  });
});
