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

  describe('a promotion that two hooks must approve', () => {
    const status = statusIn('analysing', { canaryWeight: 30 }, { step: 3 });
    const hooks = (first: Record<string, unknown>) => ({
      analysis: steps({
        webhooks: [
          { type: 'confirm-promotion', ...first },
          { name: 'boss', type: 'confirm-promotion', url: 'http://boss.test' },
        ],
      }),
    });
    const spec = hooks({ name: 'qa', url: 'http://qa.test' });
    const mixed = { 'hook/confirm-promotion/0': yes, 'hook/confirm-promotion/1': no };

    test('does not ask the first one again when the second one refuses', () => {
      const held = outcome({ status, spec }, mixed);
      expect(held).toMatchObject({ stage: 'holding', status: { run: { approved: ['qa'] } } });
      const later = { spec, status: held.status, at: AT + INTERVAL_MS };
      expect(asked(decideOn(later))).toEqual(['hook/confirm-promotion/1']);
      const still = outcome(later, { 'hook/confirm-promotion/1': no });
      expect(still).toMatchObject({ stage: 'holding', say: [], status: { run: { approved: ['qa'] } } });
      expect(outcome(later, { 'hook/confirm-promotion/1': yes }).stage).toBe('promoting');
    });

    test('keeps the yes of one that agrees while it is held already', () => {
      const holding = statusIn('holding', {}, { step: 3, held: ['confirm-promotion/qa'] });
      expect(outcome({ status: holding, spec }, mixed).status.run).toMatchObject({
        approved: ['qa'],
        held: ['confirm-promotion/boss'],
      });
    });

    test('uses up the approval of a gate that was opened by hand', () => {
      const setup = {
        spec: hooks({ name: 'qa' }),
        metadata: { annotations: { 'gate.sluice.dev/qa': 'approved' } },
      };
      const answers = { 'hook/confirm-promotion/1': no };
      const held = outcome({ ...setup, status }, answers);
      expect(held.status.run).toMatchObject({ approved: ['qa'], obeyed: [expect.any(String)] });
      const closed = { spec: setup.spec, status: held.status, at: AT + INTERVAL_MS };
      expect(outcome(closed, { 'hook/confirm-promotion/1': yes }).stage).toBe('promoting');
      const { obeyed = [] } = held.status.run ?? {};
      const nextRun = statusIn('analysing', {}, { step: 3, number: 2, obeyed });
      expect(outcome({ ...setup, status: nextRun }).status.run?.held).toEqual(['confirm-promotion/qa']);
    });

    test('is not approved by the first one for a namesake of it', () => {
      const namesakes = hooks({ name: 'boss', url: 'http://qa.test' });
      const held = outcome({ status, spec: namesakes }, mixed);
      expect(held.status.run).not.toHaveProperty('approved');
    });
  });

  test('a traffic increase that is refused uses up no approval of another gate', () => {
    const webhooks = [
      { name: 'qa', type: 'confirm-traffic-increase' },
      { name: 'boss', type: 'confirm-traffic-increase', url: 'http://boss.test' },
    ];
    const setup = {
      spec: { analysis: steps({ webhooks }) },
      metadata: { annotations: { 'gate.sluice.dev/qa': 'approved' } },
    };
    const answer = (word: Answer) => ({ 'hook/confirm-traffic-increase/1': word });
    const held = outcome({ ...setup, status: statusIn('analysing') }, answer(no));
    expect(held.status.run).not.toHaveProperty('obeyed');
    const later = outcome({ ...setup, status: held.status, at: AT + INTERVAL_MS }, answer(yes));
    expect(later.status).toMatchObject({ canaryWeight: 10, run: { obeyed: [expect.any(String)] } });
  });

  test('a rollback hook ends the run before its checks are asked', () => {
    const setup = { status: statusIn('analysing', {}, { step: 1 }), spec: gate('rollback') };
    expect(asked(decideOn(setup))).toEqual(['hook/rollback/0']);
    expect(outcome(setup, { 'hook/rollback/0': yes }).stage).toBe('rollingBack');
  });
});
