import { CONVERSION_FUNCTIONS } from './conversion-functions.ts';
import type { FunctionSpec } from './function-spec.ts';
import { HISTOGRAM_QUANTILE } from './histogram-quantile.ts';
import { LABEL_FUNCTIONS } from './label-functions.ts';
import { MATH_FUNCTIONS } from './math-functions.ts';
import { OVER_TIME_FUNCTIONS } from './over-time-functions.ts';
import { RATE_FUNCTIONS } from './rate-functions.ts';

/** Every function that queries may call, by name. */
export const FUNCTIONS: ReadonlyMap<string, FunctionSpec> = new Map(
  Object.entries({
    ...RATE_FUNCTIONS,
    ...OVER_TIME_FUNCTIONS,
    ...MATH_FUNCTIONS,
    ...LABEL_FUNCTIONS,
    ...CONVERSION_FUNCTIONS,
    histogram_quantile: HISTOGRAM_QUANTILE,
  }),
);
