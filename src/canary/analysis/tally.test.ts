import { describe, expect, test } from 'vitest';
import type { Metric } from '../../api/canary.ts';
import type { Tally } from '../../api/status.ts';
import { AT, canaryOf, steps } from '../testing/scene.ts';
import { isOverdue, limitPassed, type Outcome, outcomeOf, tallied, tallyKey } from './tally.ts';

const MINUTE = 60_000;
const context = { now: AT, patienceMs: 10 * MINUTE };
const agoMinutes = (minutes: number) => new Date(AT - minutes * MINUTE).toISOString();

function metricsOf(...metrics: readonly Record<string, unknown>[]): readonly Metric[] {
  const named = metrics.map((metric) => ({ name: 'errors', query: 'x', ...metric }));
  return canaryOf({ analysis: steps({ metrics: named }) }).analysis.metrics;
}

function metricOf(more: Record<string, unknown> = {}): Metric {
  const [metric] = metricsOf(more);
  if (!metric) throw new Error('there is no metric');
  return metric;
}

describe('what a measurement does to its step', () => {
  type Verdict = 'pass' | 'fail' | 'noData' | 'error';
  test.each<readonly [string, Record<string, unknown>, Verdict, Tally, Outcome]>([
    ['a value in its bounds passes', {}, 'pass', {}, 'passed'],
    ['a value outside fails', {}, 'fail', {}, 'failed'],
    ['a query that fails is an error', {}, 'error', {}, 'errored'],
    ['no data fails unless said otherwise', {}, 'noData', {}, 'failed'],
    ['no data fails', { noData: 'fail' }, 'noData', {}, 'failed'],
    ['no data waits', { noData: 'wait' }, 'noData', {}, 'waits'],
    ['no data goes on waiting', { noData: 'wait' }, 'noData', { silentSince: agoMinutes(9) }, 'waits'],
    [
      'no data waits no longer than the deadline',
      { noData: 'wait' },
      'noData',
      { silentSince: agoMinutes(10) },
      'failed',
    ],
    ['no data passes', { noData: 'pass' }, 'noData', {}, 'passed'],
    ['no data is skipped', { noData: 'skip' }, 'noData', { silentSince: agoMinutes(20) }, 'skipped'],
    ['a policy for no data does not excuse an error', { noData: 'skip' }, 'error', {}, 'errored'],
    ['a dry run has no say when it fails', { dryRun: true }, 'fail', {}, 'ignored'],
    ['nor when it passes', { dryRun: true, critical: true }, 'pass', {}, 'ignored'],
  ])('%s', (_, metric, verdict, before, expected) => {
    expect(outcomeOf(metricOf(metric), { verdict }, before, context)).toBe(expected);
  });

  test('silence is overdue only when it began', () => {
    expect(isOverdue({}, context)).toBe(false);
  });
});

describe('counts', () => {
  const all = { failureLimit: 9, consecutiveFailureLimit: 9, consecutiveErrorLimit: 9 };
  const before: Tally = { failures: 4, consecutiveFailures: 2, consecutiveErrors: 3 };
  test.each<readonly [string, Outcome, Tally]>([
    ['a pass ends all rows and keeps the total', 'passed', { failures: 4 }],
    ['a failure counts in total and in a row', 'failed', { failures: 5, consecutiveFailures: 3 }],
    ['an error counts for itself', 'errored', { failures: 4, consecutiveFailures: 2, consecutiveErrors: 4 }],
    ['a wait leaves failures as they are', 'waits', { failures: 4, consecutiveFailures: 2 }],
    ['so does a metric that is skipped', 'skipped', { failures: 4, consecutiveFailures: 2 }],
  ])('%s', (_, outcome, expected) => {
    expect(tallied(metricOf(all), before, outcome, false, context)).toEqual(expected);
  });

  test('a metric without limits has none', () => {
    for (const outcome of ['passed', 'failed', 'errored'] as const) {
      expect(tallied(metricOf(), {}, outcome, true, context)).toEqual({});
    }
  });

  test.each<readonly [string, Tally, Outcome, boolean, Tally]>([
    ['begins now', {}, 'waits', true, { silentSince: '2026-05-04T10:00:00Z' }],
    ['goes on', { silentSince: agoMinutes(3) }, 'waits', true, { silentSince: agoMinutes(3) }],
    ['goes on through an error', { silentSince: agoMinutes(3) }, 'errored', false, { silentSince: agoMinutes(3) }],
    ['ends with data', { silentSince: agoMinutes(3) }, 'passed', false, {}],
  ])('silence %s', (_, present, outcome, silent, expected) => {
    expect(tallied(metricOf({ noData: 'wait' }), present, outcome, silent, context)).toEqual(expected);
  });
});

describe('a limit', () => {
  test.each<readonly [string, Record<string, unknown>, Tally, string | undefined]>([
    ['is kept by as many failures', { failureLimit: 2 }, { failures: 2 }, undefined],
    [
      'is passed by one more',
      { failureLimit: 2 },
      { failures: 3 },
      'metric errors failed 3 times, more than its failureLimit of 2',
    ],
    [
      'of 0 is passed by the first',
      { failureLimit: 0 },
      { failures: 1 },
      'metric errors failed once, more than its failureLimit of 0',
    ],
    [
      'counts failures in a row',
      { consecutiveFailureLimit: 1 },
      { consecutiveFailures: 2 },
      'metric errors failed 2 times in a row, more than its consecutiveFailureLimit of 1',
    ],
    [
      'counts errors in a row',
      { consecutiveErrorLimit: 4 },
      { consecutiveErrors: 5 },
      'metric errors could not be measured 5 times in a row, more than its consecutiveErrorLimit of 4',
    ],
    ['that is absent limits nothing', {}, { failures: 100 }, undefined],
  ])('%s', (_, metric, tally, expected) => {
    expect(limitPassed(metricOf(metric), tally)).toBe(expected);
  });
});

test('namesakes have counts of their own', () => {
  const metrics = metricsOf({}, { name: 'p99' }, {}, {});
  expect(metrics.map((metric) => tallyKey(metrics, metric))).toEqual(['errors', 'p99', 'errors#2', 'errors#3']);
});
