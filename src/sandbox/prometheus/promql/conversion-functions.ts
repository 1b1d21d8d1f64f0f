import { Labels, METRIC_NAME, NO_LABELS } from '../labels.ts';
import type { Matcher } from '../matcher.ts';
import type { CallContext, FunctionSpec } from './function-spec.ts';
import { unwrapped } from './syntax.ts';
import { asMatrix, asSamples, asScalar, scalar, type Value, type VectorSample, vector } from './value.ts';

/** Functions between types, about time and presence, and sorting. */
export const CONVERSION_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  time: { args: [], returns: 'scalar', apply: (_, { atMs }) => scalar(atMs / 1000) },
  vector: {
    args: ['scalar'],
    returns: 'vector',
    apply: ([value]) => vector([{ labels: NO_LABELS, value: asScalar(value) }]),
  },
  scalar: {
    args: ['vector'],
    returns: 'scalar',
    apply([samples]) {
      const [only, ...others] = asSamples(samples);
      return scalar(only && others.length === 0 ? only.value : Number.NaN);
    },
  },
  timestamp: { args: ['vector'], returns: 'vector', apply: timestamps },
  absent: { args: ['vector'], returns: 'vector', apply: ([samples], context) => absent(asSamples(samples), context) },
  absent_over_time: {
    args: ['matrix'],
    returns: 'vector',
    apply: ([range], context) => absent(asMatrix(range).series, context),
  },
  sort: { args: ['vector'], returns: 'vector', apply: ([samples]) => vector(sorted(asSamples(samples), 1)) },
  sort_desc: { args: ['vector'], returns: 'vector', apply: ([samples]) => vector(sorted(asSamples(samples), -1)) },
};

/** Only right behind a selector it is known when a sample was measured; else it is the time of the evaluation. */
function timestamps([samples]: readonly Value[], { atMs, written }: CallContext): Value {
  const [argument] = written;
  const measured = argument && unwrapped(argument).kind === 'vector';
  return vector(
    asSamples(samples).map(({ labels, measuredMs }) => ({
      labels: labels.withoutName(),
      value: ((measured ? measuredMs : undefined) ?? atMs) / 1000,
    })),
  );
}

function absent(found: readonly unknown[], { written }: CallContext): Value {
  if (found.length > 0) return vector([]);
  const argument = written[0] && unwrapped(written[0]);
  const selector = argument?.kind === 'vector' || argument?.kind === 'matrix';
  return vector([{ labels: selector ? wantedLabels(argument.matchers) : NO_LABELS, value: 1 }]);
}

/** The labels that the missing series would have, as far as the selector says it without contradiction. */
function wantedLabels(matchers: readonly Matcher[]): Labels {
  const timesNamed = (name: string) => matchers.filter((matcher) => matcher.name === name).length;
  const plain = matchers.filter(
    ({ name, operator }) => operator === '=' && name !== METRIC_NAME && timesNamed(name) === 1,
  );
  return Labels.of(plain.map(({ name, value }): [string, string] => [name, value]));
}

/** By value, `direction` 1 upwards and -1 downwards; NaN comes last either way. Equal ones keep their order. */
export function sorted(samples: readonly VectorSample[], direction: 1 | -1): readonly VectorSample[] {
  return samples.toSorted(({ value: a }, { value: b }) => {
    if (Number.isNaN(a) || Number.isNaN(b)) return Number(Number.isNaN(a)) - Number(Number.isNaN(b));
    return a === b ? 0 : (a - b) * direction;
  });
}
