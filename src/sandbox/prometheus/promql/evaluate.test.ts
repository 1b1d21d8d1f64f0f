import { describe, expect, test } from 'vitest';
import { START_MS, seriesOf } from '../testing/series-of.ts';
import { evaluateRange } from './evaluate.ts';
import { QueryError } from './query-error.ts';

const store = seriesOf({ 'x{pod="b"}': [1, 2, 3], 'x{pod="a"}': [null, 20] });

function over(query: string, seconds: number, stepSeconds: number) {
  const range = { startMs: START_MS, endMs: START_MS + seconds * 1000, stepMs: stepSeconds * 1000 };
  return evaluateRange(query, store, range).series.map(({ labels, points }) => ({
    ...labels.toJSON(),
    points: points.map(({ timeMs, value }) => [(timeMs - START_MS) / 1000, value]),
  }));
}

describe('a range query', () => {
  test('answers at every step, series in order of their labels', () => {
    expect(over('x', 20, 10)).toEqual([
      {
        __name__: 'x',
        pod: 'a',
        points: [
          [10, 20],
          [20, 20],
        ],
      },
      {
        __name__: 'x',
        pod: 'b',
        points: [
          [0, 1],
          [10, 2],
          [20, 3],
        ],
      },
    ]);
  });

  test('of a number is one series without labels', () => {
    expect(over('1 + 1', 10, 10)).toEqual([
      {
        points: [
          [0, 2],
          [10, 2],
        ],
      },
    ]);
  });

  test('knows its start and end', () => {
    expect(over('x{pod="b"} @ end()', 20, 20)).toEqual([
      {
        __name__: 'x',
        pod: 'b',
        points: [
          [0, 3],
          [20, 3],
        ],
      },
    ]);
    expect(over('x{pod="b"} @ start()', 20, 20)).toEqual([
      {
        __name__: 'x',
        pod: 'b',
        points: [
          [0, 1],
          [20, 1],
        ],
      },
    ]);
  });

  test('may be one step', () => {
    expect(over('count(x)', 0, 1)).toEqual([{ points: [[0, 1]] }]);
  });

  test.each([
    {
      name: 'a range vector',
      query: 'x[1m]',
      end: 1,
      step: 1,
      message: 'invalid expression type "range vector" for range query',
    },
    { name: 'a text', query: '"a"', end: 1, step: 1, message: 'invalid expression type "string" for range query' },
    {
      name: 'a step of zero',
      query: 'x',
      end: 1,
      step: 0,
      message: 'invalid parameter "step": zero or negative query resolution step widths are not accepted',
    },
    {
      name: 'an end before the start',
      query: 'x',
      end: -1,
      step: 1,
      message: 'invalid parameter "end": end timestamp must not be before start time',
    },
    {
      name: 'too many steps',
      query: 'x',
      end: 11_001,
      step: 1,
      message: 'exceeded maximum resolution of 11000 points per timeseries',
    },
  ])('refuses $name', ({ query, end, step, message }) => {
    expect(() => over(query, end, step)).toThrow(new QueryError('bad_data', message));
  });
});
