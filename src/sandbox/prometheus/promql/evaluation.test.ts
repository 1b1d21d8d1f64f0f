import { describe, expect, test } from 'vitest';
import { createSeriesStore } from '../store.ts';
import { ask, labelsOf, refusal, START_MS, seriesOf } from '../testing/series-of.ts';

const store = seriesOf({
  'x{pod="a"}': [1, 2, 3, 4, 5, 6, 7],
  'x{pod="b"}': [10, 20, 30, 'stale', null, 60],
  y: [0],
});

describe('a selector', () => {
  test.each<[string, number, unknown]>([
    ['x', 0, { 'x{pod="a"}': 1, 'x{pod="b"}': 10 }],
    ['x', 19, { 'x{pod="a"}': 2, 'x{pod="b"}': 20 }],
    ['x', 35, { 'x{pod="a"}': 4 }],
    ['x', 50, { 'x{pod="a"}': 6, 'x{pod="b"}': 60 }],
    ['x{pod="b"}', -1, {}],
    ['y', 299.999, { y: 0 }],
    ['y', 300, {}],
    ['x{pod=~"a|c"} offset 30s', 60, { 'x{pod="a"}': 4 }],
    ['x{pod="a"} offset -30s', 0, { 'x{pod="a"}': 4 }],
    [`x{pod="a"} @ ${START_MS / 1000 + 20}`, 60, { 'x{pod="a"}': 3 }],
    [`x{pod="a"} @ ${START_MS / 1000 + 20} offset 10s`, 60, { 'x{pod="a"}': 2 }],
    ['x{pod="a"} @ end() offset 1m', 60, { 'x{pod="a"}': 1 }],
    ['{__name__=~"x|y",pod!="b"}', 5, { 'x{pod="a"}': 1, y: 0 }],
  ])('%s at second %d', (query, seconds, expected) => {
    expect(ask(store, query, seconds)).toEqual(expected);
  });
});

describe('a range', () => {
  test.each<[string, number, unknown]>([
    ['x[20s]', 20, { 'x{pod="a"}': [2, 3], 'x{pod="b"}': [20, 30] }],
    ['x{pod="b"}[1m]', 55, { 'x{pod="b"}': [10, 20, 30, 60] }],
    ['x{pod="b"}[10s]', 30, {}],
    ['x{pod="a"}[20s] offset 40s', 60, { 'x{pod="a"}': [2, 3] }],
    ['x{pod="a"}[20s] @ start()', 20, { 'x{pod="a"}': [2, 3] }],
  ])('%s at second %d', (query, seconds, expected) => {
    expect(ask(store, query, seconds)).toEqual(expected);
  });
});

describe('a subquery', () => {
  test.each<[string, number, unknown]>([
    // steps lie on whole multiples of 20 s, and the early end is outside
    ['x{pod="a"}[40s:20s]', 60, { 'x{pod="a"}': [5, 7] }],
    ['x{pod="a"}[40s:20s]', 65, { 'x{pod="a"}': [5, 7] }],
    ['(x{pod="a"} * 2)[40s:20s]', 60, { '{pod="a"}': [10, 14] }],
    ['x{pod="a"}[2m:]', 60, { 'x{pod="a"}': [1, 7] }],
    ['x{pod="a"}[40s:20s] offset 20s', 60, { 'x{pod="a"}': [3, 5] }],
    ['sum_over_time(x{pod="a"}[40s:20s])', 60, { '{pod="a"}': 12 }],
    ['max_over_time(sum(x)[1m:10s])', 60, { '{}': 67 }],
    ['max_over_time(rate(x{pod="a"}[20s])[30s:10s])', 60, { '{pod="a"}': 0.1 }],
    ['sum_over_time(time()[1m:1m])', 0, undefined],
  ])('%s at second %d', (query, seconds, expected) => {
    if (expected === undefined) return expect(refusal(store, query, seconds).errorType).toBe('bad_data');
    expect(ask(store, query, seconds)).toEqual(expected);
  });

  test('of too many steps has no answer', () => {
    expect(refusal(store, 'sum_over_time(x[1y:1s])')).toMatchObject({
      errorType: 'execution',
      message: 'the subqueries have too many steps',
    });
  });
});

test('an answer comes from what is stored at that moment', () => {
  const growing = createSeriesStore();
  growing.append(labelsOf('x'), START_MS, 1);
  expect(ask(growing, 'x', 1)).toEqual({ x: 1 });
  growing.append(labelsOf('x'), START_MS + 1000, 2);
  expect(ask(growing, 'x', 1)).toEqual({ x: 2 });
});

test('a text is its own answer', () => {
  expect(ask(store, '"hello"', 0)).toBe('hello');
  expect(ask(store, '("hello")', 0)).toBe('hello');
});
