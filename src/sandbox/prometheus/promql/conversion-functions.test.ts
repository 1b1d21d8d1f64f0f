import { describe, expect, test } from 'vitest';
import { ask, START_MS, seriesOf } from '../testing/series-of.ts';

const store = seriesOf({ 'x{a="1"}': [3], 'x{a="2"}': [Number.NaN], 'x{a="3"}': [1], single: [7] });
const START = START_MS / 1000;

describe('between types', () => {
  test.each<[string, unknown]>([
    ['time()', START + 20],
    ['vector(2)', { '{}': 2 }],
    ['scalar(single)', 7],
    ['scalar(x)', Number.NaN],
    ['scalar(nothing)', Number.NaN],
    ['scalar(single) + 1', 8],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 20)).toEqual(expected);
  });
});

describe('timestamp', () => {
  test.each<[string, number]>([
    ['timestamp(single)', START],
    ['timestamp((single))', START],
    ['timestamp(single offset 5s)', START],
    ['timestamp(-single)', START + 20],
    ['timestamp(single > 0)', START + 20],
    ['timestamp(vector(1))', START + 20],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 20)).toEqual({ '{}': expected });
  });
});

describe('absence', () => {
  test.each<[string, unknown]>([
    ['absent(single)', {}],
    ['absent(nothing)', { '{}': 1 }],
    ['absent(nothing{a="1",b=~"2",c!="3"})', { '{a="1"}': 1 }],
    ['absent(nothing{a="1",a="2",b="3"})', { '{b="3"}': 1 }],
    ['absent(sum(nothing{a="1"}))', { '{}': 1 }],
    ['absent_over_time(single[1m])', {}],
    ['absent_over_time(nothing{a="1"}[1m])', { '{a="1"}': 1 }],
    ['absent_over_time(single[10s])', { '{}': 1 }],
    ['absent_over_time(nothing{a="1"}[1m:10s])', { '{}': 1 }],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 20)).toEqual(expected);
  });
});

describe('sorting', () => {
  test.each<[string, readonly number[]]>([
    ['sort(x)', [1, 3, Number.NaN]],
    ['sort_desc(x)', [3, 1, Number.NaN]],
  ])('%s puts NaN last', (query, expected) => {
    expect(Object.values(ask(store, query, 20) as object)).toEqual(expected);
  });

  test('keeps the names and the order of equal ones', () => {
    const equal = seriesOf({ 'y{a="2"}': [1], 'y{a="1"}': [1], z: [0] });
    expect(Object.keys(ask(equal, 'sort({__name__=~"y|z"})', 0) as object)).toEqual(['z', 'y{a="2"}', 'y{a="1"}']);
  });
});
