import { describe, expect, test } from 'vitest';
import { type CanaryStatus, type Phase, phases, type Stage } from '../api/status.ts';
import { toTimestamp } from '../runtime/clock.ts';
import type { Progress } from './machine.ts';
import { isOurs, progressOf, resumeStage, type StatusChange, stageOf, statusOf, writeStatus } from './status.ts';
import { AT, canaryObject, statusIn } from './testing/scene.ts';

const context = { now: AT, targetKind: 'Deployment' };
const quiet: StatusChange = { next: 'waiting' };

/** What is written when nothing moved and `change` is said about it. */
function rewrite(previous: CanaryStatus, change: StatusChange = quiet, moved: Partial<Progress> = {}): CanaryStatus {
  return writeStatus(previous, stageOf(previous), { ...progressOf(previous), ...moved }, change, context);
}

describe('reading', () => {
  test('an object without a status has the empty one', () => {
    expect(statusOf(canaryObject())).toEqual({ canaryWeight: 0, failedChecks: 0, iterations: 0 });
  });

  test('what a status leaves out counts as zero and what it has is kept', () => {
    const object = { ...canaryObject(), status: { phase: 'Progressing', canaryWeight: 20, foreign: 'kept' } };
    expect(statusOf(object)).toEqual({
      phase: 'Progressing',
      canaryWeight: 20,
      failedChecks: 0,
      iterations: 0,
      foreign: 'kept',
    });
  });

  test.each([
    ['no hash yet', undefined, true],
    ['16 hex digits', '0123456789abcdef', true],
    ['a number of the reference', '7694c4b9b6', false],
    ['an empty text', '', false],
    ['capital digits', '0123456789ABCDEF', false],
  ])('%s: is it ours? %o → %s', (_, revision, ours) => {
    expect(isOurs(revision)).toBe(ours);
  });

  const expected: Readonly<Record<Phase, Stage>> = {
    Initializing: 'creating',
    Initialized: 'idle',
    Waiting: 'asking',
    Progressing: 'starting',
    WaitingPromotion: 'starting',
    Promoting: 'promoting',
    Finalising: 'draining',
    Succeeded: 'idle',
    Failed: 'idle',
    Terminating: 'leaving',
    Terminated: 'leaving',
  };
  test.each(phases)('without a run the phase %s has its stage', (phase) => {
    expect(resumeStage(phase, 0)).toBe(expected[phase]);
    expect(stageOf({ phase, canaryWeight: 0, failedChecks: 0, iterations: 0 })).toBe(expected[phase]);
  });

  test('without any phase all begins', () => {
    expect(resumeStage(undefined, 0)).toBe('creating');
  });

  test('a failure with all traffic on the canary is a broken primary', () => {
    expect(resumeStage('Failed', 100)).toBe('stranded');
  });

  test('the stage of a run wins over its phase', () => {
    expect(stageOf(statusIn('returning', { phase: 'Progressing' }))).toBe('returning');
  });

  test.each<readonly [string, Phase, number, number]>([
    ['a promotion carries the weight that is shown', 'Promoting', 50, 50],
    ['a broken primary gets nothing', 'Failed', 100, 100],
    ['a run in the middle starts without traffic', 'Progressing', 50, 0],
    ['a failure has no traffic', 'Failed', 30, 0],
  ])('without a run %s', (_, phase, canaryWeight, canary) => {
    const progress = progressOf({ phase, canaryWeight, failedChecks: 2, iterations: 1 });
    expect(progress).toEqual({
      phase,
      canaryWeight,
      failedChecks: 2,
      iterations: 1,
      step: 0,
      traffic: { canary, mirror: false },
      failure: undefined,
      askedFrom: undefined,
      number: 0,
    });
  });

  test('an empty status makes progress from Initializing', () => {
    expect(progressOf({ canaryWeight: 0, failedChecks: 0, iterations: 0 }).phase).toBe('Initializing');
  });

  test('a run tells all that moves', () => {
    const run = {
      step: 2,
      traffic: { canary: 20, mirror: true },
      failure: 'no',
      askedFrom: 'Failed',
      number: 4,
    } as const;
    expect(progressOf(statusIn('rollingBack', {}, run))).toMatchObject(run);
  });
});

describe('writing', () => {
  test('keeps fields that it knows nothing about', () => {
    const foreign: CanaryStatus & { readonly foreign: string } = { ...statusIn('analysing'), foreign: 'kept' };
    const written = rewrite({ ...foreign, sessionAffinityCookie: 'flagger=1' });
    expect(written).toMatchObject({ foreign: 'kept', sessionAffinityCookie: 'flagger=1' });
  });

  test('is the machine’s progress, with the time and the condition Promoted', () => {
    const written = rewrite(statusIn('analysing'), quiet, { canaryWeight: 20, failedChecks: 1, step: 2 });
    expect(written).toMatchObject({
      phase: 'Progressing',
      canaryWeight: 20,
      failedChecks: 1,
      lastTransitionTime: toTimestamp(AT),
      conditions: [
        { type: 'Promoted', status: 'Unknown', reason: 'Progressing' },
        { type: 'Ready', status: 'Unknown', reason: 'Progressing' },
        { type: 'Reconciling', status: 'True', reason: 'Progressing' },
      ],
      run: { stage: 'analysing', step: 2 },
    });
  });

  test('keeps the conditions of others, and says the general ones anew', () => {
    const theirs = { type: 'Theirs', status: 'True', reason: 'X', message: 'x' } as const;
    const stalled = { type: 'Stalled', status: 'True', reason: 'X', message: 'x' } as const;
    const status = statusIn('analysing', { conditions: [theirs, stalled] });
    const types = rewrite(status).conditions?.map(({ type }) => type);
    expect(types).toEqual(['Theirs', 'Promoted', 'Ready', 'Reconciling']);
  });

  test('notes a failure with its cause, until a run succeeds', () => {
    const running = statusIn('rollingBack', {}, { failure: '3 failed checks; the last one: errors: 7, bound: <= 1' });
    const failed = writeStatus(
      running,
      'idle',
      { ...progressOf(running), phase: 'Failed', failure: undefined },
      quiet,
      context,
    );
    expect(failed).toMatchObject({
      lastFailure: { time: toTimestamp(AT), revision: running.lastAppliedSpec, cause: running.run?.failure },
      conditions: [
        { type: 'Promoted', status: 'False' },
        {
          type: 'Ready',
          status: 'False',
          reason: 'Failed',
          message: expect.stringContaining('errors: 7, bound: <= 1'),
        },
        { type: 'Stalled', status: 'True', reason: 'Failed' },
      ],
    });
    const again = writeStatus(failed, 'starting', { ...progressOf(failed), phase: 'Progressing' }, quiet, context);
    expect(again.lastFailure).toEqual(failed.lastFailure);
    const done = writeStatus(again, 'idle', { ...progressOf(again), phase: 'Succeeded' }, quiet, context);
    expect(done).not.toHaveProperty('lastFailure');
    expect(done.conditions?.map(({ type, status }) => `${type}=${status}`)).toEqual(['Promoted=True', 'Ready=True']);
  });

  test('keeps hashes and configs unless they are said anew', () => {
    const status = statusIn('analysing', { trackedConfigs: { 'configmap/a': '1' } });
    expect(rewrite(status)).toMatchObject({
      lastAppliedSpec: status.lastAppliedSpec,
      lastPromotedSpec: status.lastPromotedSpec,
      trackedConfigs: { 'configmap/a': '1' },
    });
    const anew = rewrite(status, { ...quiet, applied: 'a', promoted: 'b', tracked: { 'secret/b': '2' } });
    expect(anew).toMatchObject({ lastAppliedSpec: 'a', lastPromotedSpec: 'b', trackedConfigs: { 'secret/b': '2' } });
    expect(rewrite(status, { ...quiet, tracked: undefined })).not.toHaveProperty('trackedConfigs');
  });

  test('keeps the promoted configs of older runs unless they are said anew', () => {
    const status = statusIn('analysing', {}, { promotedConfigs: '2f4b61c09a31de57' });
    expect(rewrite(status, quiet, { number: 2 }).run?.promotedConfigs).toBe('2f4b61c09a31de57');
    expect(rewrite(status, { ...quiet, promotedConfigs: undefined }).run).not.toHaveProperty('promotedConfigs');
  });

  test('says when to look again, or only what for', () => {
    const timed = rewrite(statusIn('analysing'), { next: 'checks', notBefore: AT + 60_000 });
    expect(timed.next).toEqual({ at: toTimestamp(AT + 60_000), why: 'checks' });
    expect(timed.run?.notBefore).toBe('2026-05-04T10:01:00.000Z');
    const untimed = rewrite(timed);
    expect(untimed.next).toEqual({ why: 'waiting' });
    expect(untimed.run).not.toHaveProperty('notBefore');
  });

  test('a stage began when it was entered, and begins anew with a new run', () => {
    const status = statusIn('starting', {}, { since: '2026-05-04T09:00:00Z' });
    expect(rewrite(status).run?.since).toBe('2026-05-04T09:00:00Z');
    expect(rewrite(status, quiet, { number: 2 }).run?.since).toBe(toTimestamp(AT));
    expect(writeStatus(status, 'analysing', progressOf(status), quiet, context).run?.since).toBe(toTimestamp(AT));
  });

  test('counts the steps of a run once', () => {
    const status = statusIn('analysing', {}, { steps: 4 });
    expect(rewrite(status).run?.steps).toBe(4);
    expect(rewrite(status, { ...quiet, steps: 6 }).run?.steps).toBe(6);
    expect(rewrite(status, quiet, { number: 2 }).run?.steps).toBe(0);
  });

  test('approvals last for their run', () => {
    const status = statusIn('holding', {}, { approved: ['qa'] });
    expect(rewrite(status).run?.approved).toEqual(['qa']);
    expect(rewrite(status, { ...quiet, approved: ['qa', 'ops'] }).run?.approved).toEqual(['qa', 'ops']);
    expect(rewrite(status, { ...quiet, approved: [] }).run).not.toHaveProperty('approved');
    expect(rewrite(status, quiet, { number: 2 }).run).not.toHaveProperty('approved');
  });

  test('a gate is held only as long as each decision says so', () => {
    const status = statusIn('analysing', {}, { held: ['confirm-traffic-increase/qa'], pending: true });
    expect(rewrite(status, { ...quiet, held: ['confirm-promotion/ops'] }).run?.held).toEqual(['confirm-promotion/ops']);
    expect(rewrite(status).run).not.toHaveProperty('held');
    expect(rewrite(status).run).not.toHaveProperty('pending');
    expect(rewrite(status, { ...quiet, pending: true }).run?.pending).toBe(true);
  });

  test('each decision is added to those before, newest last', () => {
    let status = statusIn('analysing');
    for (const decision of ['advance', 'halt']) status = rewrite(status, { ...quiet, evidence: { decision } });
    expect(status.evidence?.map(({ decision }) => decision)).toEqual(['advance', 'halt']);
  });

  test('what metrics have been through is kept until the run is over', () => {
    const counted = statusIn('analysing', {}, { tallies: { errors: { failures: 2 } } });
    expect(rewrite(counted).run?.tallies).toEqual({ errors: { failures: 2 } });
    expect(rewrite(counted, quiet, { number: 2 }).run).not.toHaveProperty('tallies');
  });

  test('a decision without evidence adds none, and checks are kept with theirs', () => {
    const check = { name: 'p99', value: '1', bound: '<= 2', verdict: 'pass' } as const;
    const first = rewrite(statusIn('analysing'), { ...quiet, evidence: { decision: 'advance', checks: [check] } });
    expect(rewrite(first).evidence).toEqual([{ time: toTimestamp(AT), decision: 'advance', checks: [check] }]);
    const bare = rewrite(statusIn('analysing'), { ...quiet, evidence: { decision: 'hold', checks: [] } });
    expect(bare.evidence).toEqual([{ time: toTimestamp(AT), decision: 'hold' }]);
  });
});
