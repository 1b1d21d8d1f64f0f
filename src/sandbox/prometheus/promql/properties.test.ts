import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ask, seriesOf } from '../testing/series-of.ts';

const WINDOW = { min: 15, max: 120 };

/** Counts of a counter that may be reset, one each ten seconds. */
const counter = fc
  .array(fc.record({ by: fc.nat(1000), reset: fc.boolean() }), { minLength: 2, maxLength: 14 })
  .map((steps) => {
    let count = 0;
    return steps.map(({ by, reset }, index) => {
      count = reset && index % 5 === 4 ? by : count + by;
      return count;
    });
  });

function valuesOf(answer: unknown): readonly number[] {
  return Object.values(answer as Record<string, number>);
}

describe('for any counter', () => {
  test('the rate and the increase are not negative', () => {
    fc.assert(
      fc.property(counter, fc.integer(WINDOW), fc.nat(140), (counts, seconds, at) => {
        const store = seriesOf({ x: counts });
        for (const name of ['rate', 'irate', 'increase', 'resets']) {
          for (const value of valuesOf(ask(store, `${name}(x[${seconds}s])`, at)))
            expect(value).toBeGreaterThanOrEqual(0);
        }
      }),
    );
  });

  test('the increase is the rate times the window', () => {
    fc.assert(
      fc.property(counter, fc.integer(WINDOW), fc.nat(140), (counts, seconds, at) => {
        const store = seriesOf({ x: counts });
        const [rate] = valuesOf(ask(store, `rate(x[${seconds}s])`, at));
        const [increase] = valuesOf(ask(store, `increase(x[${seconds}s])`, at));
        if (rate === undefined) expect(increase).toBeUndefined();
        else expect(increase).toBeCloseTo(rate * seconds, 6);
      }),
    );
  });

  test('the increase is never more than twice what was counted', () => {
    fc.assert(
      fc.property(counter, fc.integer(WINDOW), fc.nat(140), (counts, seconds, at) => {
        const store = seriesOf({ x: counts });
        const [increase = 0] = valuesOf(ask(store, `increase(x[${seconds}s])`, at));
        const [visible = 0] = valuesOf(ask(store, `sum_over_time(x[${seconds}s])`, at));
        // each side adds at most 1.1 distances between samples, of which there is at least one
        expect(increase).toBeLessThanOrEqual(visible * 3.2 + 1e-9);
      }),
    );
  });
});

describe('for any series', () => {
  const vector = fc.dictionary(
    fc.constantFrom('1', '2', '3', '4', '5', '6', '7'),
    fc.tuple(fc.constantFrom('a', 'b', 'c'), fc.integer()),
    { minKeys: 1 },
  );

  test('the sums of the groups add up to the whole', () => {
    fc.assert(
      fc.property(vector, (samples) => {
        const store = seriesOf(
          Object.fromEntries(
            Object.entries(samples).map(([pod, [app, value]]) => [`x{app="${app}",pod="${pod}"}`, [value]]),
          ),
        );
        const total = valuesOf(ask(store, 'sum(x)', 0));
        for (const split of ['by (app)', 'by (pod)', 'without (pod)', 'without ()', 'by (app, pod)']) {
          expect(valuesOf(ask(store, `sum(sum(x) ${split})`, 0)), split).toEqual(total);
        }
        expect(valuesOf(ask(store, 'avg(x) * count(x) - sum(x)', 0))[0]).toBeCloseTo(0, 3);
      }),
    );
  });

  test('and, unless and or take the whole apart and put it together', () => {
    fc.assert(
      fc.property(vector, fc.integer(), (samples, bound) => {
        const store = seriesOf(
          Object.fromEntries(
            Object.entries(samples).map(([pod, [app, value]]) => [`x{app="${app}",pod="${pod}"}`, [value]]),
          ),
        );
        const all = ask(store, 'x', 0);
        expect(ask(store, `(x and x > ${bound}) or (x unless x > ${bound})`, 0)).toEqual(all);
        expect(ask(store, `x > ${bound} or x <= ${bound}`, 0)).toEqual(all);
      }),
    );
  });

  test('a quantile lies between the least and the most, and grows with its share', () => {
    const buckets = fc
      .array(fc.nat(50), { minLength: 3, maxLength: 6 })
      .filter((counts) => counts.some((count) => count > 0));
    fc.assert(
      fc.property(
        buckets,
        // A share of 0 of an empty first bucket is 0/0, in Prometheus too
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        fc.double({ min: 1e-6, max: 1, noNaN: true }),
        (counts, p, q) => {
          const reached = counts.map((_, index) => counts.slice(0, index + 1).reduce((sum, count) => sum + count, 0));
          const bounds = counts.map((_, index) => (index === counts.length - 1 ? '+Inf' : String(index + 1)));
          const store = seriesOf(
            Object.fromEntries(reached.map((count, index) => [`b{le="${bounds[index]}"}`, [count]])),
          );
          const at = (share: number) => valuesOf(ask(store, `histogram_quantile(${share}, b)`, 0))[0] ?? Number.NaN;
          const [low, high] = [at(Math.min(p, q)), at(Math.max(p, q))];
          expect(low).toBeLessThanOrEqual(high + 1e-9);
          expect(low).toBeGreaterThanOrEqual(0);
          expect(high).toBeLessThanOrEqual(counts.length - 1);
        },
      ),
    );
  });
});
