import { describe, expect, test } from 'vitest';
import { ask, refusal, seriesOf } from '../testing/series-of.ts';

const store = seriesOf({
  'errors{pod="1",code="500"}': [2],
  'errors{pod="1",code="404"}': [6],
  'errors{pod="2",code="500"}': [4],
  'requests{pod="1"}': [10],
  'requests{pod="2"}': [20],
  'requests{pod="3"}': [30],
  'info{pod="1",version="v1"}': [1],
  'info{pod="2",version="v2"}': [1],
});

describe('a vector and a number', () => {
  test.each<[string, unknown]>([
    ['requests + 1', { '{pod="1"}': 11, '{pod="2"}': 21, '{pod="3"}': 31 }],
    ['100 - requests', { '{pod="1"}': 90, '{pod="2"}': 80, '{pod="3"}': 70 }],
    ['requests > 15', { 'requests{pod="2"}': 20, 'requests{pod="3"}': 30 }],
    ['15 < requests', { 'requests{pod="2"}': 20, 'requests{pod="3"}': 30 }],
    ['requests > bool 15', { '{pod="1"}': 0, '{pod="2"}': 1, '{pod="3"}': 1 }],
    ['15 > bool requests', { '{pod="1"}': 1, '{pod="2"}': 0, '{pod="3"}': 0 }],
    ['10 < requests < 30', { 'requests{pod="2"}': 20 }],
    ['-requests', { '{pod="1"}': -10, '{pod="2"}': -20, '{pod="3"}': -30 }],
    ['+requests{pod="1"}', { 'requests{pod="1"}': 10 }],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 0)).toEqual(expected);
  });
});

describe('two vectors', () => {
  test.each<[string, unknown]>([
    ['requests / requests', { '{pod="1"}': 1, '{pod="2"}': 1, '{pod="3"}': 1 }],
    ['requests / errors', {}],
    ['errors{code="500"} / on (pod) requests', { '{pod="1"}': 0.2, '{pod="2"}': 0.2 }],
    ['errors{code="500"} / ignoring (code) requests', { '{pod="1"}': 0.2, '{pod="2"}': 0.2 }],
    [
      'errors / on (pod) group_left requests',
      { '{code="500",pod="1"}': 0.2, '{code="404",pod="1"}': 0.6, '{code="500",pod="2"}': 0.2 },
    ],
    [
      'requests / on (pod) group_right errors',
      { '{code="500",pod="1"}': 5, '{code="404",pod="1"}': 10 / 6, '{code="500",pod="2"}': 5 },
    ],
    ['requests * on (pod) group_left (version) info', { '{pod="1",version="v1"}': 10, '{pod="2",version="v2"}': 20 }],
    ['info * on (pod) group_right (version) requests', { '{pod="1",version="v1"}': 10, '{pod="2",version="v2"}': 20 }],
    ['info * on (pod) group_left (version) requests', { '{pod="1"}': 10, '{pod="2"}': 20 }],
    ['sum(errors) / sum(requests)', { '{}': 0.2 }],
    [
      'requests > on (pod) group_right errors',
      { 'errors{code="500",pod="1"}': 10, 'errors{code="404",pod="1"}': 10, 'errors{code="500",pod="2"}': 20 },
    ],
    ['requests == requests', { 'requests{pod="1"}': 10, 'requests{pod="2"}': 20, 'requests{pod="3"}': 30 }],
    ['requests != bool requests', { '{pod="1"}': 0, '{pod="2"}': 0, '{pod="3"}': 0 }],
    ['errors{code="500"} < on (pod) requests', { '{pod="1"}': 2, '{pod="2"}': 4 }],
    ['nothing + requests', {}],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 0)).toEqual(expected);
  });

  test.each<[string, string]>([
    [
      'errors / on (pod) requests',
      'multiple matches for labels: many-to-one matching must be explicit (group_left/group_right)',
    ],
    [
      'errors / on (pod) group_left (code) requests',
      'multiple matches for labels: grouping labels must ensure unique matches',
    ],
    [
      'requests + on (pod) errors',
      'found duplicate series for the match group on the right hand-side of the operation: {"__name__":"errors","code":"500","pod":"1"}, {"__name__":"errors","code":"404","pod":"1"}; many-to-many matching not allowed: matching labels must be unique on one side',
    ],
    ['errors * on (pod) group_right errors', 'found duplicate series for the match group on the left hand-side'],
  ])('%s has no answer', (query, message) => {
    const error = refusal(store, query);
    expect(error.errorType).toBe('execution');
    expect(error.message).toContain(message);
  });

  test('series that differ in their names only must stay apart', () => {
    const twins = seriesOf({ 'a{pod="1"}': [1], 'b{pod="1"}': [2] });
    const message = 'vector cannot contain metrics with the same labelset';
    for (const query of ['{pod="1"} + 1', '-{pod="1"}', 'abs({pod="1"})', 'sum_over_time({pod="1"}[1m])']) {
      expect(refusal(twins, query), query).toMatchObject({ errorType: 'execution', message });
    }
  });
});

describe('sets', () => {
  test.each<[string, unknown]>([
    ['requests and on (pod) info', { 'requests{pod="1"}': 10, 'requests{pod="2"}': 20 }],
    ['requests unless on (pod) info', { 'requests{pod="3"}': 30 }],
    ['requests{pod="1"} or requests{pod=~"1|2"} * 2', { 'requests{pod="1"}': 10, '{pod="2"}': 40 }],
    ['requests and info', {}],
    [
      'info or on (pod) requests',
      { 'info{pod="1",version="v1"}': 1, 'info{pod="2",version="v2"}': 1, 'requests{pod="3"}': 30 },
    ],
    ['requests and ignoring (version) info', { 'requests{pod="1"}': 10, 'requests{pod="2"}': 20 }],
    ['requests and on () vector(1)', { 'requests{pod="1"}': 10, 'requests{pod="2"}': 20, 'requests{pod="3"}': 30 }],
    ['nothing or vector(0)', { '{}': 0 }],
    ['nothing and requests', {}],
    ['requests{pod="1"} unless nothing', { 'requests{pod="1"}': 10 }],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 0)).toEqual(expected);
  });
});
