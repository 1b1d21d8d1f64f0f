import { describe, expect, test } from 'vitest';
import { ask, seriesOf } from '../testing/series-of.ts';

const store = seriesOf({
  'x{a="b"}': [null, 3, 1, 4, 1, 5],
  none: [null, Number.NaN, 2, Number.NaN],
  infinite: [null, 1, Number.POSITIVE_INFINITY],
  huge: [null, 1e308, 1e308],
  dust: [null, 1e100, 1, -1e100],
});

describe('over time', () => {
  test.each<[string, unknown]>([
    ['sum_over_time(x[50s])', { '{a="b"}': 14 }],
    ['avg_over_time(x[50s])', { '{a="b"}': 2.8 }],
    ['min_over_time(x[50s])', { '{a="b"}': 1 }],
    ['max_over_time(x[50s])', { '{a="b"}': 5 }],
    ['count_over_time(x[50s])', { '{a="b"}': 5 }],
    ['last_over_time(x[50s])', { 'x{a="b"}': 5 }],
    ['present_over_time(x[50s])', { '{a="b"}': 1 }],
    ['stdvar_over_time(x[20s])', { '{a="b"}': 4 }],
    ['stddev_over_time(x[20s])', { '{a="b"}': 2 }],
    // 1 1 3 4 5
    ['quantile_over_time(0.5, x[50s])', { '{a="b"}': 3 }],
    ['quantile_over_time(0.875, x[50s])', { '{a="b"}': 4.5 }],
    ['quantile_over_time(-1, x[50s])', { '{a="b"}': Number.NEGATIVE_INFINITY }],
    ['quantile_over_time(2, x[50s])', { '{a="b"}': Number.POSITIVE_INFINITY }],
    ['min_over_time(none[50s])', { '{}': 2 }],
    ['max_over_time(none[50s])', { '{}': 2 }],
    ['sum_over_time(none[50s])', { '{}': Number.NaN }],
    ['sum_over_time(infinite[50s])', { '{}': Number.POSITIVE_INFINITY }],
    ['avg_over_time(infinite[50s])', { '{}': Number.POSITIVE_INFINITY }],
    ['avg_over_time(huge[50s])', { '{}': 1e308 }],
    ['sum_over_time(dust[50s])', { '{}': 1 }],
    ['sum_over_time(x[1s] offset 1s)', {}],
  ])('%s', (query, expected) => {
    expect(ask(store, query, 50)).toEqual(expected);
  });
});
