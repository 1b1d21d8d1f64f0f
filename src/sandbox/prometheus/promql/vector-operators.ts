import { type Labels, METRIC_NAME } from '../labels.ts';
import { type Combined, combine, isComparison } from './operators.ts';
import { executionError } from './query-error.ts';
import type { Binary, BinaryOperator, Matching } from './syntax.ts';
import type { VectorSample } from './value.ts';

const BY_ALL_LABELS: Matching = { mode: 'ignoring', labels: [], many: undefined, include: [] };

/** Applies an operator between each sample and one number, which stands left or right. */
export function withNumber(
  { operator, bool }: Pick<Binary, 'operator' | 'bool'>,
  samples: readonly VectorSample[],
  apply: (value: number) => Combined,
): readonly VectorSample[] {
  return samples.flatMap(({ labels, value }) => {
    const result = outcome(apply(value), value, bool);
    return result === undefined
      ? []
      : [{ labels: keepsName(operator, bool) ? labels : labels.withoutName(), value: result }];
  });
}

/** Applies an operator between the samples of two vectors that match each other. Throws where a match isn't unique. */
export function withVector(binary: Binary, left: readonly VectorSample[], right: readonly VectorSample[]) {
  const matching = binary.matching ?? BY_ALL_LABELS;
  const signature = signatureOf(matching);
  switch (binary.operator) {
    case 'and':
    case 'unless': {
      const wanted = binary.operator === 'and';
      const there = new Set(right.map(({ labels }) => signature(labels)));
      return left.filter(({ labels }) => there.has(signature(labels)) === wanted);
    }
    case 'or': {
      const there = new Set(left.map(({ labels }) => signature(labels)));
      return [...left, ...right.filter(({ labels }) => !there.has(signature(labels)))];
    }
  }
  if (left.length === 0 || right.length === 0) return [];
  return matching.many === 'right'
    ? matched(binary, matching, right, left, signature)
    : matched(binary, matching, left, right, signature);
}

function matched(
  { operator, bool }: Binary,
  matching: Matching,
  many: readonly VectorSample[],
  one: readonly VectorSample[],
  signature: (labels: Labels) => string,
): readonly VectorSample[] {
  const partners = uniquePartners(one, signature, matching);
  const taken = new Set<string>();
  return many.flatMap((sample) => {
    const partner = partners.get(signature(sample.labels));
    if (!partner) return [];
    const [left, right] = matching.many === 'right' ? [partner, sample] : [sample, partner];
    const value = outcome(combine(operator, left.value, right.value), left.value, bool);
    if (value === undefined) return [];
    const labels = resultLabels(sample.labels, partner.labels, matching, keepsName(operator, bool));
    const claim = matching.many ? labels.key : signature(sample.labels);
    if (taken.has(claim)) throw executionError(`multiple matches for labels: ${ambiguity(matching)}`);
    taken.add(claim);
    return [{ labels, value }];
  });
}

function ambiguity(matching: Matching): string {
  if (matching.many) return 'grouping labels must ensure unique matches';
  return 'many-to-one matching must be explicit (group_left/group_right)';
}

function uniquePartners(one: readonly VectorSample[], signature: (labels: Labels) => string, { many }: Matching) {
  const partners = new Map<string, VectorSample>();
  for (const sample of one) {
    const key = signature(sample.labels);
    const other = partners.get(key);
    if (other) {
      const side = many === 'right' ? 'left' : 'right';
      const both = `${JSON.stringify(other.labels)}, ${JSON.stringify(sample.labels)}`;
      throw executionError(
        `found duplicate series for the match group on the ${side} hand-side of the operation: ${both}; ` +
          'many-to-many matching not allowed: matching labels must be unique on one side',
      );
    }
    partners.set(key, sample);
  }
  return partners;
}

function signatureOf({ mode, labels: names }: Matching): (labels: Labels) => string {
  if (mode === 'on') return (labels) => labels.only(names).key;
  return (labels) => labels.without([...names, METRIC_NAME]).key;
}

function resultLabels(many: Labels, one: Labels, matching: Matching, keepName: boolean): Labels {
  const named = keepName ? many : many.withoutName();
  const included = matching.include.map((name): [string, string] => [name, one.get(name)]);
  if (matching.many) return named.with(included);
  return matching.mode === 'on' ? named.only(matching.labels) : named.without(matching.labels);
}

/** A comparison keeps `value` when it holds; with `bool` it is 1 or 0. `undefined`: the sample is left out. */
function outcome(combined: Combined, value: number, bool: boolean): number | undefined {
  if ('value' in combined) return combined.value;
  if (bool) return combined.holds ? 1 : 0;
  return combined.holds ? value : undefined;
}

/** A number that was only let through is still the metric of that name. */
function keepsName(operator: BinaryOperator, bool: boolean): boolean {
  return isComparison(operator) && !bool;
}
