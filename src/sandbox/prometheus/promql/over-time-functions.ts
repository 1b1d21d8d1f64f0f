import type { Point } from '../series.ts';
import { type FunctionSpec, perRange } from './function-spec.ts';
import { maximum, mean, minimum, quantile, sum, variance } from './statistics.ts';
import { asScalar } from './value.ts';

/** Functions that sum up the samples of each series in a window. */
export const OVER_TIME_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  sum_over_time: ofValues(sum),
  avg_over_time: ofValues(mean),
  min_over_time: ofValues(minimum),
  max_over_time: ofValues(maximum),
  count_over_time: ofValues((values) => values.length),
  stddev_over_time: ofValues((values) => Math.sqrt(variance(values))),
  stdvar_over_time: ofValues(variance),
  present_over_time: ofValues(() => 1),
  last_over_time: perRange((points) => points.at(-1)?.value, { keepsName: true }),
  quantile_over_time: {
    args: ['scalar', 'matrix'],
    returns: 'vector',
    apply([q, range], context) {
      const share = asScalar(q);
      return ofValues((values) => quantile(share, values)).apply(range ? [range] : [], context);
    },
  },
};

function ofValues(compute: (values: readonly number[]) => number): FunctionSpec {
  return perRange((points: readonly Point[]) => compute(points.map(({ value }) => value)));
}
