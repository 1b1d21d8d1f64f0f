import { describe, expect, test } from 'vitest';
import { generalConditions, promotedCondition, refusalIn, setCondition, setGeneral } from './conditions.ts';
import { type Condition, type Phase, phases } from './status.ts';

const T0 = '2026-01-01T00:00:00Z';
const T1 = '2026-01-01T00:01:00Z';

describe('setCondition', () => {
  const before = setCondition([], promotedCondition('Progressing', 'Deployment'), T0);

  test('a new condition changed and was updated now', () => {
    expect(before).toMatchObject([{ lastUpdateTime: T0, lastTransitionTime: T0 }]);
  });

  test('the list is the same when status, reason and message are', () => {
    expect(setCondition(before, promotedCondition('Progressing', 'Deployment'), T1)).toBe(before);
  });

  test('the time of transition stays when only the reason changes', () => {
    const after = setCondition(before, promotedCondition('Promoting', 'Deployment'), T1);
    expect(after).toMatchObject([{ reason: 'Promoting', lastUpdateTime: T1, lastTransitionTime: T0 }]);
  });

  test('the time of transition moves with the status', () => {
    const after = setCondition(before, promotedCondition('Failed', 'Deployment'), T1);
    expect(after).toMatchObject([{ status: 'False', lastUpdateTime: T1, lastTransitionTime: T1 }]);
  });

  test('a new message is an update and no transition', () => {
    const refused: Condition = { type: 'Ready', status: 'False', reason: 'Refused', message: 'one' };
    const after = setCondition(setCondition([], refused, T0), { ...refused, message: 'two' }, T1);
    expect(after).toMatchObject([{ message: 'two', lastUpdateTime: T1, lastTransitionTime: T0 }]);
  });

  test('conditions of other types stay where they are', () => {
    const ready: Condition = { type: 'Ready', status: 'True', reason: 'Ok', message: 'fine' };
    const after = setCondition([...before, ready], promotedCondition('Failed', 'Deployment'), T1);
    expect(after.map(({ type }) => type)).toEqual(['Promoted', 'Ready']);
    expect(after[1]).toBe(ready);
  });
});

describe('the condition Promoted', () => {
  test.each([
    ['Initializing', 'Unknown', 'New DaemonSet detected, starting initialization.'],
    ['Initialized', 'True', 'DaemonSet initialization completed.'],
    ['Waiting', 'Unknown', 'Waiting for approval.'],
    ['Progressing', 'Unknown', 'New revision detected, progressing canary analysis.'],
    ['WaitingPromotion', 'Unknown', 'Waiting for approval.'],
    ['Promoting', 'Unknown', 'Canary analysis completed, starting primary rolling update.'],
    ['Finalising', 'Unknown', 'Canary analysis completed, routing all traffic to primary.'],
    ['Succeeded', 'True', 'Canary analysis completed successfully, promotion finished.'],
    ['Failed', 'False', 'Canary analysis failed, DaemonSet scaled to zero.'],
    ['Terminating', 'Unknown', 'New DaemonSet detected, starting initialization.'],
    ['Terminated', 'Unknown', 'New DaemonSet detected, starting initialization.'],
  ] as const)('in phase %s is %s: %s', (phase, status, message) => {
    expect(promotedCondition(phase, 'DaemonSet')).toEqual({ type: 'Promoted', status, reason: phase, message });
  });

  test('is known in every phase', () => {
    expect(phases.map((phase) => promotedCondition(phase, 'Deployment').reason)).toEqual(phases);
  });
});

describe('general conditions', () => {
  const told = (phase: Phase, cause?: string) =>
    generalConditions(phase, 'Deployment', cause).map(({ type, status }) => `${type}=${status}`);

  test.each<{ phase: Phase; expected: string[] }>([
    { phase: 'Initializing', expected: ['Ready=Unknown', 'Reconciling=True'] },
    { phase: 'Initialized', expected: ['Ready=True'] },
    { phase: 'Waiting', expected: ['Ready=Unknown', 'Reconciling=True'] },
    { phase: 'Progressing', expected: ['Ready=Unknown', 'Reconciling=True'] },
    { phase: 'Finalising', expected: ['Ready=Unknown', 'Reconciling=True'] },
    { phase: 'Succeeded', expected: ['Ready=True'] },
    { phase: 'Failed', expected: ['Ready=False', 'Stalled=True'] },
  ])('of $phase are $expected', ({ phase, expected }) => {
    expect(told(phase)).toEqual(expected);
  });

  test('of a failure name its cause, and are no refusal', () => {
    const conditions = generalConditions('Failed', 'Deployment', 'errors: 7, bound: <= 1');
    expect(conditions[0]?.message).toBe('the last release failed: errors: 7, bound: <= 1');
    expect(refusalIn({ conditions })).toBeUndefined();
    const refused: Condition = { type: 'Ready', status: 'False', reason: 'FieldMissing', message: 'spec.a is missing' };
    expect(refusalIn({ conditions: [refused] })).toBe(refused);
  });

  test('replace those of a moment before and leave those of others', () => {
    const others: Condition = { type: 'Theirs', status: 'True', reason: 'X', message: 'x' };
    const failed = setGeneral([others], generalConditions('Failed', 'Deployment', undefined), '2026-05-04T10:00:00Z');
    const again = setGeneral(failed, generalConditions('Progressing', 'Deployment', undefined), '2026-05-04T10:01:00Z');
    expect(again.map(({ type }) => type)).toEqual(['Theirs', 'Ready', 'Reconciling']);
    expect(again.find(({ type }) => type === 'Ready')).toMatchObject({ lastTransitionTime: '2026-05-04T10:01:00Z' });
  });
});
