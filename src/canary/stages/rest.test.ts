import { describe, expect, test } from 'vitest';
import type { Answer } from '../question.ts';
import { AT, asked, decideOn, INTERVAL_MS, outcome, revisionOf, statusIn, steps } from '../testing/scene.ts';

const yes: Answer = { kind: 'hook', ok: true };
const no: Answer = { kind: 'hook', ok: false, error: 'not now' };
const gate = (type: string, more: Record<string, unknown> = {}) => ({
  analysis: steps({ webhooks: [{ name: 'gate', type, url: 'http://gate.test', ...more }] }),
});

describe('at rest', () => {
  test('nothing new is nothing to do', () => {
    const status = statusIn('idle');
    expect(outcome({ status })).toMatchObject({ stage: 'idle', say: [], next: { why: 'waiting for a new revision' } });
  });

  test('a change waits for a healthy primary', () => {
    const waits = outcome({ status: statusIn('idle'), target: { image: 'web:3' }, primary: { replicas: 0 } });
    expect(waits).toMatchObject({ stage: 'idle', next: { why: 'a change waits for the primary to get ready' } });
  });

  test('a change that isn’t approved is asked about again in one interval', () => {
    const setup = { status: statusIn('idle'), target: { image: 'web:3' }, spec: gate('confirm-rollout') };
    expect(asked(decideOn(setup))).toEqual(['hook/confirm-rollout/0']);
    const refused = outcome(setup, { 'hook/confirm-rollout/0': no });
    expect(refused).toMatchObject({
      stage: 'asking',
      phase: 'Waiting',
      alerts: ['Canary is waiting for approval.'],
      next: { at: AT + INTERVAL_MS },
      status: { run: { askedFrom: 'Initialized' } },
    });
  });

  test('a gate with muteAlert is refused without an alert', () => {
    const setup = {
      status: statusIn('idle'),
      target: { image: 'web:3' },
      spec: gate('confirm-rollout', { muteAlert: true }),
    };
    expect(outcome(setup, { 'hook/confirm-rollout/0': no }).alerts).toEqual([]);
  });

  test('hashes of another controller are taken over without a run', () => {
    const status = statusIn('idle', { lastAppliedSpec: '7b5d', lastPromotedSpec: '7b5d' });
    const hash = revisionOf('web:2');
    expect(outcome({ status })).toMatchObject({
      stage: 'idle',
      status: { lastAppliedSpec: hash, lastPromotedSpec: hash },
    });
  });

  test('after a failure a new revision is noted first and its run begins next', () => {
    const failed = outcome({ status: statusIn('idle', { phase: 'Failed' }), target: { image: 'web:3' } });
    expect(failed).toMatchObject({
      phase: 'Failed',
      status: { lastAppliedSpec: revisionOf('web:3'), run: { pending: true } },
    });
    expect(outcome({ status: failed.status, target: { image: 'web:3' } })).toMatchObject({
      stage: 'starting',
      phase: 'Progressing',
    });
  });

  test('after a failure the old revision is noted and begins nothing', () => {
    const back = outcome({ status: statusIn('idle', { phase: 'Failed' }), target: { image: 'web:1' } });
    expect(back).toMatchObject({ phase: 'Failed', status: { lastAppliedSpec: revisionOf('web:1') } });
    expect(back.status.run).not.toHaveProperty('pending');
    expect(outcome({ status: back.status, target: { image: 'web:1' } }).stage).toBe('idle');
  });
});

describe('while approval is asked for', () => {
  const status = statusIn('asking', {}, { askedFrom: 'Succeeded' });
  const spec = gate('confirm-rollout');

  test('a change that was taken back falls back to the phase before', () => {
    expect(outcome({ status, target: { image: 'web:1' }, spec })).toMatchObject({ stage: 'idle', phase: 'Succeeded' });
  });

  test('nothing is asked before its time', () => {
    const paused = statusIn('asking', {}, { notBefore: new Date(AT + 1).toISOString() });
    expect(outcome({ status: paused, target: { image: 'web:3' }, spec }).next.at).toBe(AT + 1);
  });

  test('a clock that was set back does not stretch a pause', () => {
    const far = statusIn('asking', {}, { notBefore: new Date(AT + INTERVAL_MS + 600_000).toISOString() });
    expect(asked(decideOn({ status: far, target: { image: 'web:3' }, spec }))).toEqual(['hook/confirm-rollout/0']);
  });

  test('approval starts the run and a second refusal is quiet', () => {
    const setup = { status, target: { image: 'web:3' }, spec };
    expect(outcome(setup, { 'hook/confirm-rollout/0': yes }).stage).toBe('starting');
    expect(outcome(setup, { 'hook/confirm-rollout/0': no })).toMatchObject({ stage: 'asking', say: [], alerts: [] });
  });

  test('a rollback hook turns the change down, which then counts as tried', () => {
    const setup = { status, target: { image: 'web:3' }, spec: gate('rollback') };
    expect(outcome(setup, { 'hook/rollback/0': yes })).toMatchObject({
      stage: 'rollingBack',
      alerts: ['Rolling back manual webhook invoked'],
      status: { lastAppliedSpec: revisionOf('web:3') },
    });
  });
});
