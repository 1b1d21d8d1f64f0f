import { type FunctionSpec, mapValues, perSample } from './function-spec.ts';
import { asSamples, asScalar, vector } from './value.ts';

/** Functions of each number of a vector. */
export const MATH_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  abs: perSample(Math.abs),
  ceil: perSample(Math.ceil),
  floor: perSample(Math.floor),
  sqrt: perSample(Math.sqrt),
  exp: perSample(Math.exp),
  ln: perSample(Math.log),
  log2: perSample(Math.log2),
  log10: perSample(Math.log10),
  sgn: perSample(Math.sign),
  round: {
    args: ['vector', 'scalar'],
    optional: 1,
    returns: 'vector',
    apply([samples, nearest]) {
      // dividing by the inverse keeps results like 0.3 free of rounding dust; halves go up
      const inverse = 1 / (nearest ? asScalar(nearest) : 1);
      return vector(mapValues(asSamples(samples), (value) => Math.floor(value * inverse + 0.5) / inverse));
    },
  },
  clamp: {
    args: ['vector', 'scalar', 'scalar'],
    returns: 'vector',
    apply([samples, low, high]) {
      const [least, most] = [asScalar(low), asScalar(high)];
      if (most < least) return vector([]);
      return vector(mapValues(asSamples(samples), (value) => larger(least, smaller(most, value))));
    },
  },
  clamp_min: bounded(larger),
  clamp_max: bounded(smaller),
};

function bounded(pick: (bound: number, value: number) => number): FunctionSpec {
  return {
    args: ['vector', 'scalar'],
    returns: 'vector',
    apply([samples, bound]) {
      const limit = asScalar(bound);
      return vector(mapValues(asSamples(samples), (value) => pick(limit, value)));
    },
  };
}

/** Like `Math.max`, but nothing is larger than infinity, not even NaN. */
function larger(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b);
}

/** Like `Math.min`, but nothing is smaller than negative infinity, not even NaN. */
function smaller(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b);
}
