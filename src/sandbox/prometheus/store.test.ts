import { describe, expect, test } from 'vitest';
import { Labels } from './labels.ts';
import { type MatchOperator, matcher } from './matcher.ts';
import { createSeriesStore, type SeriesStore } from './store.ts';
import { labelsOf } from './testing/series-of.ts';

function where(name: string, operator: MatchOperator, value: string) {
  const made = matcher(name, operator, value);
  if ('problem' in made) throw new Error(made.problem);
  return made;
}

function valuesOf(store: SeriesStore, afterMs: number, toMs: number) {
  return store.select([], afterMs, toMs).map((series) => series.points().map(({ value }) => value));
}

const up = labelsOf('up{pod="a"}');

describe('samples', () => {
  test('are found in a window without its early end', () => {
    const store = createSeriesStore();
    for (const time of [1000, 2000, 3000]) store.append(up, time, time / 1000);
    expect(valuesOf(store, 1000, 3000)).toEqual([[2, 3]]);
    expect(valuesOf(store, 999, 2999)).toEqual([[1, 2]]);
    expect(valuesOf(store, 3000, 9000)).toEqual([]);
  });

  test('that are older than the last one are refused', () => {
    const store = createSeriesStore();
    expect(store.append(up, 2000, 1)).toBe('stored');
    expect(store.append(up, 1000, 1)).toBe('out of order');
    expect(store.append(up, 2000, 2)).toBe('out of order');
    expect(store.append(up, 2000, 1)).toBe('stored');
    expect(valuesOf(store, 0, 9000)).toEqual([[1]]);
  });

  test('are kept for the retention, measured from the newest', () => {
    const store = createSeriesStore({ retentionMs: 4000 });
    for (let time = 0; time <= 20_000; time += 1000) store.append(up, time, time / 1000);
    const [values = []] = valuesOf(store, -1, 20_000);
    expect(values.at(-1)).toBe(20);
    expect(values[0]).toBeGreaterThanOrEqual(15);
    expect(values[0]).toBeLessThanOrEqual(16);
  });
});

describe('series', () => {
  test('that got no sample for the retention are forgotten', () => {
    const store = createSeriesStore({ retentionMs: 4000 });
    store.append(labelsOf('old'), 0, 1);
    store.append(up, 10_000, 1);
    expect(store.size).toBe(1);
    expect(store.select([where('__name__', '=', 'old')], -1, 10_000)).toEqual([]);
  });

  test('are limited in number, but those that expired make room', () => {
    const store = createSeriesStore({ retentionMs: 4000, maxSeries: 2 });
    store.append(labelsOf('a'), 0, 1);
    store.append(labelsOf('b'), 3900, 1);
    expect(store.append(labelsOf('c'), 3900, 1)).toBe('too many series');
    store.append(labelsOf('b'), 4500, 1);
    expect(store.append(labelsOf('c'), 4500, 1)).toBe('stored');
  });

  test.each([
    { operator: '=', value: 'a', found: ['a'] },
    { operator: '!=', value: 'a', found: ['b', ''] },
    { operator: '=~', value: 'a|b', found: ['a', 'b'] },
    { operator: '!~', value: '.+', found: [''] },
    { operator: '=', value: '', found: [''] },
  ] as const)('are selected by pod $operator "$value"', ({ operator, value, found }) => {
    const store = createSeriesStore();
    for (const text of ['up{pod="a"}', 'up{pod="b"}', 'up']) store.append(labelsOf(text), 0, 1);
    const selected = store.select([where('__name__', '=', 'up'), where('pod', operator, value)], -1, 0);
    expect(selected.map(({ labels }) => labels.get('pod'))).toEqual(found);
  });

  test('without a name can be kept too', () => {
    const store = createSeriesStore();
    store.append(Labels.of([['pod', 'a']]), 0, 1);
    expect(store.select([where('__name__', '=', '')], -1, 0)).toHaveLength(1);
  });
});

describe('a stale marker', () => {
  test('ends a series until the next sample', () => {
    const store = createSeriesStore();
    store.append(up, 1000, 1);
    store.markStale(up, 2000);
    store.append(up, 3000, 3);
    expect(store.select([], 0, 1999)[0]?.last()).toEqual({ timeMs: 1000, value: 1 });
    expect(store.select([], 0, 2999)[0]?.last()).toBeUndefined();
    expect(store.select([], 0, 3000)[0]?.points()).toEqual([
      { timeMs: 1000, value: 1 },
      { timeMs: 3000, value: 3 },
    ]);
  });

  test('is not the same as NaN', () => {
    const store = createSeriesStore();
    store.append(up, 1000, Number.NaN);
    expect(store.select([], 0, 1000)[0]?.last()?.value).toBeNaN();
  });

  test('changes nothing for a series that is unknown, stale already or measured at that time', () => {
    const store = createSeriesStore();
    expect(store.markStale(up, 1000)).toBe('stored');
    expect(store.size).toBe(0);
    store.append(up, 1000, 1);
    expect(store.markStale(up, 1000)).toBe('out of order');
    store.markStale(up, 2000);
    expect(store.markStale(up, 3000)).toBe('stored');
    expect(store.append(up, 2000, 5)).toBe('out of order');
  });

  test('expires like a sample', () => {
    const store = createSeriesStore({ retentionMs: 4000 });
    store.append(up, 0, 1);
    store.markStale(up, 1000);
    store.append(labelsOf('other'), 6000, 1);
    expect(store.size).toBe(1);
  });
});
