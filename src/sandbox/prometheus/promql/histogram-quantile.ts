import { type Labels, METRIC_NAME } from '../labels.ts';
import type { FunctionSpec } from './function-spec.ts';
import { asSamples, asScalar, type VectorSample, vector } from './value.ts';

/** Label with the upper bound of a bucket. */
const BOUND = 'le';
/** Relative difference of two counts that is taken as an error of floating point numbers. */
const SMALL = 1e-12;

interface Bucket {
  readonly bound: number;
  readonly count: number;
}

/** `histogram_quantile(q, buckets)`: the series of one histogram differ in `le` only. */
export const HISTOGRAM_QUANTILE: FunctionSpec = {
  args: ['scalar', 'vector'],
  returns: 'vector',
  apply([share, samples]) {
    const q = asScalar(share);
    const histograms = collect(asSamples(samples));
    return vector(histograms.map(({ labels, buckets }) => ({ labels, value: bucketQuantile(q, buckets) })));
  },
};

function collect(samples: readonly VectorSample[]) {
  const histograms = new Map<string, { readonly labels: Labels; readonly buckets: Bucket[] }>();
  for (const { labels: own, value } of samples) {
    const bound = readBound(own.get(BOUND));
    if (bound === undefined) continue;
    const labels = own.without([METRIC_NAME, BOUND]);
    const histogram = histograms.get(labels.key) ?? { labels, buckets: [] };
    histograms.set(labels.key, histogram);
    histogram.buckets.push({ bound, count: value });
  }
  return [...histograms.values()];
}

function readBound(text: string): number | undefined {
  const special = /^([+-]?)inf$/i.exec(text);
  if (special) return special[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? undefined : value;
}

/**
 * The bound below which the share `q` of the observations lies, by Prometheus' rules: linear within a bucket; the first one
 * begins at zero when its bound is positive; what lies in the last, open bucket is given the highest bound that is finite.
 */
export function bucketQuantile(q: number, unordered: readonly Bucket[]): number {
  if (Number.isNaN(q)) return Number.NaN;
  if (q < 0) return Number.NEGATIVE_INFINITY;
  if (q > 1) return Number.POSITIVE_INFINITY;
  const buckets = neverFalling(merged(unordered.toSorted((a, b) => (a.bound === b.bound ? 0 : a.bound - b.bound))));
  const last = buckets.at(-1);
  if (!last || buckets.length < 2 || last.bound !== Number.POSITIVE_INFINITY || last.count === 0) return Number.NaN;
  const rank = q * last.count;
  const found = buckets.findIndex(({ count }, index) => index === buckets.length - 1 || count >= rank);
  if (found === buckets.length - 1) return buckets[found - 1]?.bound ?? Number.NaN;
  const bucket = buckets[found] ?? last;
  const below = buckets[found - 1];
  if (!below) return bucket.bound <= 0 ? bucket.bound : bucket.bound * (rank / bucket.count);
  return below.bound + (bucket.bound - below.bound) * ((rank - below.count) / (bucket.count - below.count));
}

/** Buckets of the same bound, say `1` and `1.0`, become one. */
function merged(sorted: readonly Bucket[]): readonly Bucket[] {
  const buckets: Bucket[] = [];
  for (const bucket of sorted) {
    const last = buckets.at(-1);
    if (last?.bound === bucket.bound) buckets[buckets.length - 1] = { ...last, count: last.count + bucket.count };
    else buckets.push(bucket);
  }
  return buckets;
}

/** Counts are read one after the other, so a bucket may lag behind the one below; it is then lifted. */
function neverFalling(buckets: readonly Bucket[]): readonly Bucket[] {
  let reached = buckets[0]?.count ?? 0;
  return buckets.map((bucket) => {
    if (bucket.count > reached && !almostEqual(bucket.count, reached)) reached = bucket.count;
    return Number.isNaN(bucket.count) ? bucket : { bound: bucket.bound, count: reached };
  });
}

function almostEqual(a: number, b: number): boolean {
  return Math.abs(a - b) <= SMALL * (Math.abs(a) + Math.abs(b));
}
