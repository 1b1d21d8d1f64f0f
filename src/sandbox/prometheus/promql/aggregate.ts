import { type Labels, METRIC_NAME } from '../labels.ts';
import { sorted } from './conversion-functions.ts';
import { isLabelName } from './label-functions.ts';
import { plainDecimal } from './number-text.ts';
import { executionError } from './query-error.ts';
import { maximum, mean, minimum, quantile, sum, variance } from './statistics.ts';
import type { AggregationOperator, Grouping } from './syntax.ts';
import { asScalar, asText, type Value, type VectorSample } from './value.ts';

interface Group {
  readonly labels: Labels;
  readonly samples: VectorSample[];
}

type ReducingOperator = Exclude<AggregationOperator, 'topk' | 'bottomk' | 'quantile' | 'count_values'>;

const REDUCE: Readonly<Record<ReducingOperator, (values: readonly number[]) => number>> = {
  sum,
  avg: mean,
  min: minimum,
  max: maximum,
  count: (values) => values.length,
  group: () => 1,
  stdvar: variance,
  stddev: (values) => Math.sqrt(variance(values)),
};

/** Sums up the samples of each group. `parameter` is what `topk`, `bottomk`, `quantile` and `count_values` need. */
export function aggregate(
  operator: AggregationOperator,
  grouping: Grouping,
  samples: readonly VectorSample[],
  parameter: Value | undefined,
): readonly VectorSample[] {
  switch (operator) {
    case 'topk':
      return ranked(groups(samples, grouping), asScalar(parameter), -1);
    case 'bottomk':
      return ranked(groups(samples, grouping), asScalar(parameter), 1);
    case 'quantile': {
      const q = asScalar(parameter);
      return reduced(groups(samples, grouping), (values) => quantile(q, values));
    }
    case 'count_values':
      return countValues(samples, grouping, asText(parameter));
    default:
      return reduced(groups(samples, grouping), REDUCE[operator]);
  }
}

function groups(samples: readonly VectorSample[], { mode, labels: names }: Grouping): readonly Group[] {
  const found = new Map<string, Group>();
  for (const sample of samples) {
    const labels = mode === 'by' ? sample.labels.only(names) : sample.labels.without([...names, METRIC_NAME]);
    const group = found.get(labels.key) ?? { labels, samples: [] };
    found.set(labels.key, group);
    group.samples.push(sample);
  }
  return [...found.values()];
}

function reduced(found: readonly Group[], reduce: (values: readonly number[]) => number): readonly VectorSample[] {
  return found.map(({ labels, samples }) => ({ labels, value: reduce(samples.map(({ value }) => value)) }));
}

/** The samples themselves, not their group, are the result. */
function ranked(found: readonly Group[], k: number, direction: 1 | -1): readonly VectorSample[] {
  if (Number.isNaN(k) || Math.abs(k) >= 2 ** 63)
    throw executionError(`the parameter ${k} is no usable number of series`);
  const most = Math.max(Math.trunc(k), 0);
  return found.flatMap(({ samples }) => sorted(samples, direction).slice(0, most));
}

function countValues(samples: readonly VectorSample[], grouping: Grouping, label: string): readonly VectorSample[] {
  if (!isLabelName(label)) throw executionError(`invalid label name ${JSON.stringify(label)}`);
  const labelled = samples.map(({ labels, value }) => ({ labels: labels.with([[label, plainDecimal(value)]]), value }));
  const split = grouping.mode === 'by' ? { ...grouping, labels: [...grouping.labels, label] } : grouping;
  return reduced(groups(labelled, split), REDUCE.count);
}
