import { describe, expect, test } from 'vitest';
import { decide } from '../decide.ts';
import type { Answer } from '../question.ts';
import {
  AT,
  alertTexts,
  decisionOf,
  eventTexts,
  INTERVAL_MS,
  outcome,
  renderOptions,
  type SceneSetup,
  sceneOf,
  statusIn,
  steps,
} from '../testing/scene.ts';

const bad: Answer = { kind: 'metric', verdict: 'fail', value: '7', bound: '<= 1', message: 'too many errors' };
const silent: Answer = { kind: 'metric', verdict: 'noData', value: 'no data', bound: '<= 1', message: 'nothing seen' };
const good: Answer = { kind: 'metric', verdict: 'pass', value: '0', bound: '<= 1' };

const measuring = (metric: Record<string, unknown>) => ({
  analysis: steps({ metrics: [{ name: 'errors', query: 'x', thresholdRange: { max: 1 }, ...metric }] }),
});
const midway = statusIn('analysing', { canaryWeight: 10 }, { step: 1, traffic: { canary: 10, mirror: false } });

describe('a run is cut short', () => {
  test('by a critical metric, long before the threshold', () => {
    const ended = outcome({ spec: measuring({ critical: true }), status: midway }, { 'metric/0/inline': bad });
    const why = 'critical metric failed: errors: 7, bound: <= 1';
    expect(ended).toMatchObject({
      stage: 'rollingBack',
      status: { failedChecks: 1, run: { failure: why, traffic: { canary: 0 } } },
      say: ['too many errors', `Rolling back shop.test ${why}`],
      alerts: [`Canary analysis stopped, ${why}`],
    });
    expect(ended.status.evidence?.at(-1)).toMatchObject({
      decision: `roll back: ${why}`,
      checks: [{ name: 'errors', value: '7', verdict: 'fail' }],
    });
  });

  test('by a limit whose count outlives the decision', () => {
    const setup: SceneSetup = { spec: measuring({ failureLimit: 1 }), status: midway };
    const first = outcome(setup, { 'metric/0/inline': bad });
    expect(first).toMatchObject({
      stage: 'analysing',
      status: { failedChecks: 1, run: { tallies: { errors: { failures: 1 } } } },
    });
    const later = { ...setup, status: first.status, at: AT + INTERVAL_MS };
    const passed = outcome(later, { 'metric/0/inline': good });
    expect(passed.status.run).toMatchObject({ step: 2, tallies: { errors: { failures: 1 } } });
    expect(outcome(later, { 'metric/0/inline': bad }).stage).toBe('rollingBack');
  });

  test('never without limits, and then status counts nothing', () => {
    const first = outcome({ spec: measuring({}), status: midway }, { 'metric/0/inline': bad });
    expect(first.status.run).not.toHaveProperty('tallies');
  });
});

describe('a step waits for data', () => {
  const setup: SceneSetup = { spec: measuring({ noData: 'wait' }), status: midway };
  const first = outcome(setup, { 'metric/0/inline': silent });

  test('without a failed check, and tries again in one interval', () => {
    expect(first).toMatchObject({
      stage: 'analysing',
      status: { failedChecks: 0, canaryWeight: 10, run: { step: 1 } },
      say: ['nothing seen'],
      next: { at: AT + INTERVAL_MS, why: 'checks again; no data yet for errors' },
    });
    expect(first.status.evidence?.at(-1)).toMatchObject({
      decision: 'wait: no data yet for errors',
      checks: [{ name: 'errors', verdict: 'noData', effect: 'waits' }],
    });
  });

  test('and says so in its evidence once', () => {
    const again = outcome({ ...setup, status: first.status, at: AT + INTERVAL_MS }, { 'metric/0/inline': silent });
    expect(again.status.evidence).toEqual(first.status.evidence);
    expect(again.status.run?.tallies).toEqual({ errors: { silentSince: '2026-05-04T10:00:00Z' } });
  });

  test('and goes on when it is there', () => {
    const then = outcome({ ...setup, status: first.status, at: AT + INTERVAL_MS }, { 'metric/0/inline': good });
    expect(then.status).toMatchObject({ canaryWeight: 20, failedChecks: 0 });
    expect(then.status.run).not.toHaveProperty('tallies');
  });
});

describe('pods that can never run', () => {
  const hopeless = 'container web of pod web-1 is in CrashLoopBackOff';
  const decided = (setup: SceneSetup, analysis: Record<string, unknown>) => {
    const scene = { ...sceneOf({ spec: { analysis: steps(analysis) }, ...setup }), hardFailure: hopeless };
    return decisionOf(decide({ kind: 'scene', scene }, new Map(), renderOptions));
  };

  test.each(['starting', 'analysing', 'holding'] as const)('end the run at once while it is %s', (stage) => {
    const { status, say } = decided(
      { status: statusIn(stage, {}, { step: 1 }), target: { available: 0 } },
      { failFast: true },
    );
    const text = `canary deployment web.test can't run: ${hopeless}`;
    expect(status.run).toMatchObject({ stage: 'rollingBack', failure: text });
    expect(eventTexts(say)).toEqual([text]);
    expect(alertTexts(say)).toEqual([`Canary can't run: ${hopeless}`]);
  });

  test('are waited for until the deadline where nobody asked', () => {
    const { status } = decided({ status: statusIn('starting'), target: { available: 0 } }, {});
    expect(status.run?.stage).toBe('starting');
  });

  test('give way to a new revision', () => {
    const { status } = decided({ status: statusIn('starting'), target: { image: 'web:3' } }, { failFast: true });
    expect(status.run).toMatchObject({ stage: 'starting', number: 2 });
  });
});
