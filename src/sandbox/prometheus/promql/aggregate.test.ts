import { describe, expect, test } from 'vitest';
import { ask, refusal, seriesOf } from '../testing/series-of.ts';

const { NaN: nan, POSITIVE_INFINITY: infinity } = Number;
const store = seriesOf({
  'x{app="a",pod="1"}': [1],
  'x{app="a",pod="2"}': [3],
  'x{app="b",pod="3"}': [8],
  'n{pod="1"}': [nan],
  'n{pod="2"}': [5],
  'n{pod="3"}': [2],
});

describe('aggregation', () => {
  test.each<[string, unknown]>([
    ['sum(x)', { '{}': 12 }],
    ['sum(x) by (app)', { '{app="a"}': 4, '{app="b"}': 8 }],
    ['sum by (app) (x)', { '{app="a"}': 4, '{app="b"}': 8 }],
    ['sum by (app, nope) (x)', { '{app="a"}': 4, '{app="b"}': 8 }],
    ['sum without (pod) (x)', { '{app="a"}': 4, '{app="b"}': 8 }],
    ['sum by () (x)', { '{}': 12 }],
    ['sum by (__name__) (x)', { x: 12 }],
    ['sum without () (x)', { '{app="a",pod="1"}': 1, '{app="a",pod="2"}': 3, '{app="b",pod="3"}': 8 }],
    ['SUM(x) BY (app)', { '{app="a"}': 4, '{app="b"}': 8 }],
    ['sum(nothing)', {}],
    ['avg(x)', { '{}': 4 }],
    ['min(x)', { '{}': 1 }],
    ['max(x)', { '{}': 8 }],
    ['count(x) by (app)', { '{app="a"}': 2, '{app="b"}': 1 }],
    ['group(x) by (app)', { '{app="a"}': 1, '{app="b"}': 1 }],
    ['stdvar(x) by (app)', { '{app="a"}': 1, '{app="b"}': 0 }],
    ['stddev(x{app="a"} * 2)', { '{}': 2 }],
    ['min(n)', { '{}': 2 }],
    ['max(n)', { '{}': 5 }],
    ['sum(n)', { '{}': nan }],
    ['avg(n)', { '{}': nan }],
    ['min(n{pod="1"})', { '{}': nan }],
    ['avg(vector(Inf))', { '{}': infinity }],
    ['stddev(vector(Inf))', { '{}': nan }],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 0)).toEqual(expected);
  });
});

describe('aggregation with a parameter', () => {
  test.each<[string, unknown]>([
    ['topk(2, x)', { 'x{app="b",pod="3"}': 8, 'x{app="a",pod="2"}': 3 }],
    ['topk(1, x) by (app)', { 'x{app="a",pod="2"}': 3, 'x{app="b",pod="3"}': 8 }],
    ['bottomk(1, x)', { 'x{app="a",pod="1"}': 1 }],
    ['topk(1.9, x)', { 'x{app="b",pod="3"}': 8 }],
    ['topk(0, x)', {}],
    ['topk(-1, x)', {}],
    ['topk(2, n)', { 'n{pod="2"}': 5, 'n{pod="3"}': 2 }],
    ['bottomk(2, n)', { 'n{pod="3"}': 2, 'n{pod="2"}': 5 }],
    ['topk(scalar(vector(1)), x)', { 'x{app="b",pod="3"}': 8 }],
    ['quantile(0.5, x)', { '{}': 3 }],
    ['quantile(0.25, x) by (app)', { '{app="a"}': 1.5, '{app="b"}': 8 }],
    ['quantile(2, x)', { '{}': infinity }],
    ['quantile(-1, x)', { '{}': -infinity }],
    ['quantile(NaN, x)', { '{}': nan }],
    ['quantile(0, n)', { '{}': nan }],
    ['quantile(1, n)', { '{}': 5 }],
    ['count_values("v", x > bool 2)', { '{v="0"}': 1, '{v="1"}': 2 }],
    ['count_values("v", x) by (app)', { '{app="a",v="1"}': 1, '{app="a",v="3"}': 1, '{app="b",v="8"}': 1 }],
    ['count_values("app", x) without (pod)', { '{app="1"}': 1, '{app="3"}': 1, '{app="8"}': 1 }],
    ['count_values("v", vector(1e21))', { '{v="1000000000000000000000"}': 1 }],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 0)).toEqual(expected);
  });

  test.each<[string, readonly string[]]>([
    ['topk(3, x)', ['3', '2', '1']],
    ['bottomk(3, x)', ['1', '2', '3']],
  ])('%s orders its result', (query, pods) => {
    expect(Object.keys(ask(store, query, 0) as object).map((text) => /pod="(\d)"/.exec(text)?.[1])).toEqual(pods);
  });

  test.each<[string, string]>([
    ['topk(NaN, x)', 'the parameter NaN is no usable number of series'],
    ['topk(Inf, x)', 'the parameter Infinity is no usable number of series'],
    ['count_values("a b", x)', 'invalid label name "a b"'],
  ])('%s has no answer', (query, message) => {
    expect(refusal(store, query)).toMatchObject({ errorType: 'execution', message });
  });
});
