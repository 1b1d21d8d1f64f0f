import { describe, expect, test } from 'vitest';
import type { Answer } from '../question.ts';
import { AT, asked, decideOn, INTERVAL_MS, outcome, statusIn, steps } from '../testing/scene.ts';

const yes: Answer = { kind: 'hook', ok: true };
const no: Answer = { kind: 'hook', ok: false, error: 'not now' };
const gate = (type: string, more: Record<string, unknown> = {}) => ({
  analysis: steps({ webhooks: [{ name: 'gate', type, url: 'http://gate.test', ...more }] }),
});

describe('gates of a run', () => {
  test('a traffic increase that isn’t approved is alerted once and held', () => {
    const setup = { status: statusIn('analysing'), spec: gate('confirm-traffic-increase') };
    const answers = { 'hook/confirm-traffic-increase/0': no };
    const held = outcome(setup, answers);
    expect(held).toMatchObject({
      stage: 'analysing',
      alerts: ['Canary traffic increase is waiting for approval.'],
      status: { run: { step: 0 } },
    });
    const later = { ...setup, status: held.status, at: AT + INTERVAL_MS };
    expect(outcome(later, answers)).toMatchObject({ alerts: [], status: { run: { step: 0 } } });
  });

  test('a promotion that isn’t approved is held, said once, and goes on when it is', () => {
    const setup = { status: statusIn('analysing', { canaryWeight: 30 }, { step: 3 }), spec: gate('confirm-promotion') };
    const held = outcome(setup, { 'hook/confirm-promotion/0': no });
    expect(held).toMatchObject({
      stage: 'holding',
      phase: 'WaitingPromotion',
      alerts: ['Canary promotion is waiting for approval.'],
    });
    const later = { ...setup, status: held.status, at: AT + INTERVAL_MS };
    expect(outcome(later, { 'hook/confirm-promotion/0': no })).toMatchObject({ stage: 'holding', say: [], alerts: [] });
    expect(outcome(later, { 'hook/confirm-promotion/0': yes })).toMatchObject({
      stage: 'promoting',
      phase: 'Promoting',
    });
  });

  test('a rollback hook ends the run before its checks are asked', () => {
    const setup = { status: statusIn('analysing', {}, { step: 1 }), spec: gate('rollback') };
    expect(asked(decideOn(setup))).toEqual(['hook/rollback/0']);
    expect(outcome(setup, { 'hook/rollback/0': yes }).stage).toBe('rollingBack');
  });
});
