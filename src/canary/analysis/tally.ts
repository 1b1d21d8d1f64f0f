import type { Metric, MetricLimits } from '../../api/canary.ts';
import type { Tally } from '../../api/status.ts';
import { toTimestamp } from '../../runtime/clock.ts';
import type { AnswerOf } from '../question.ts';

/**
 * What a measurement does to its step. `failed` and `errored` are failed checks; `waits` holds the step without one;
 * `skipped` leaves the step to the other checks; `ignored` has no say at all.
 */
export type Outcome = 'passed' | 'failed' | 'errored' | 'waits' | 'skipped' | 'ignored';

export interface TallyContext {
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** How long missing data is waited for. */
  readonly patienceMs: number;
}

/** Name of a metric in `status.run.tallies`; namesakes are numbered from the second on: `errors`, `errors#2`. */
export function tallyKey(metrics: readonly Metric[], metric: Metric): string {
  const namesakes = metrics.slice(0, metrics.indexOf(metric)).filter(({ name }) => name === metric.name).length;
  return namesakes === 0 ? metric.name : `${metric.name}#${namesakes + 1}`;
}

export function outcomeOf(
  metric: Metric,
  { verdict }: Pick<AnswerOf<'metric'>, 'verdict'>,
  before: Tally,
  context: TallyContext,
): Outcome {
  if (metric.dryRun) return 'ignored';
  switch (verdict) {
    case 'pass':
      return 'passed';
    case 'fail':
      return 'failed';
    case 'error':
      return 'errored';
    case 'noData':
      return withoutData(metric, before, context);
  }
}

function withoutData({ noData }: Metric, before: Tally, context: TallyContext): Outcome {
  switch (noData) {
    case 'fail':
      return 'failed';
    case 'wait':
      return isOverdue(before, context) ? 'failed' : 'waits';
    case 'pass':
      return 'passed';
    case 'skip':
      return 'skipped';
  }
}

/** Whether data has been missing for longer than it is waited for. */
export function isOverdue({ silentSince }: Tally, { now, patienceMs }: TallyContext): boolean {
  return silentSince !== undefined && now - Date.parse(silentSince) >= patienceMs;
}

/**
 * The counts after one more step: only those that the metric has a limit or a policy for, so that a Canary which asks for
 * none has none in its status.
 */
export function tallied(
  { limits, noData }: Metric,
  before: Tally,
  outcome: Outcome,
  silent: boolean,
  { now }: TallyContext,
): Tally {
  const { failures = 0, consecutiveFailures = 0, consecutiveErrors = 0, silentSince } = before;
  const failed = outcome === 'failed' ? 1 : 0;
  const inRow = outcome === 'passed' ? 0 : consecutiveFailures + failed;
  const errors = outcome === 'errored' ? consecutiveErrors + 1 : 0;
  const waited = outcome === 'errored' ? silentSince : silent ? (silentSince ?? toTimestamp(now)) : undefined;
  return {
    ...(limits.failures !== undefined && failures + failed > 0 ? { failures: failures + failed } : {}),
    ...(limits.consecutiveFailures !== undefined && inRow > 0 ? { consecutiveFailures: inRow } : {}),
    ...(limits.consecutiveErrors !== undefined && errors > 0 ? { consecutiveErrors: errors } : {}),
    ...((noData === 'wait' || noData === 'skip') && waited !== undefined ? { silentSince: waited } : {}),
  };
}

/** The limit that counts are past, for people; `undefined` while all are kept. */
export function limitPassed({ name, limits }: Metric, tally: Tally): string | undefined {
  const past = rules.find(({ count }) => (tally[count] ?? 0) > (limits[count] ?? Number.POSITIVE_INFINITY));
  return (
    past && `metric ${name} ${past.text(tally[past.count] ?? 0)}, more than its ${past.field} of ${limits[past.count]}`
  );
}

const times = (count: number) => (count === 1 ? 'once' : `${count} times`);

const rules: readonly {
  readonly count: keyof MetricLimits;
  readonly field: string;
  readonly text: (count: number) => string;
}[] = [
  { count: 'failures', field: 'failureLimit', text: (count) => `failed ${times(count)}` },
  {
    count: 'consecutiveFailures',
    field: 'consecutiveFailureLimit',
    text: (count) => `failed ${times(count)} in a row`,
  },
  {
    count: 'consecutiveErrors',
    field: 'consecutiveErrorLimit',
    text: (count) => `could not be measured ${times(count)} in a row`,
  },
];
