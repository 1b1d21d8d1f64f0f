import { describe, expect, test } from 'vitest';
import type { CanaryStatus, Stage } from '../../api/status.ts';
import { promotionId } from '../desired.ts';
import type { Answer } from '../question.ts';
import {
  AT,
  alertTexts,
  asked,
  canaryOf,
  decideOn,
  decisionOf,
  eventTexts,
  INTERVAL_MS,
  revisionOf,
  type SceneSetup,
  statusIn,
  steps,
} from '../testing/scene.ts';

const yes: Answer = { kind: 'hook', ok: true };
const no: Answer = { kind: 'hook', ok: false, error: 'not now' };
const gate = (type: string, more: Record<string, unknown> = {}) => ({
  analysis: steps({ webhooks: [{ name: 'gate', type, url: 'http://gate.test', ...more }] }),
});

/** Where a decision leads, and what it says. */
function outcome(setup: SceneSetup, answers: Readonly<Record<string, Answer>> = {}) {
  const { status, say, next } = decisionOf(decideOn(setup, answers));
  return { stage: status.run?.stage, phase: status.phase, status, say: eventTexts(say), alerts: alertTexts(say), next };
}

/** A scene whose primary already runs the promotion of the run in `status`. */
function copied(status: CanaryStatus, more: SceneSetup = {}): SceneSetup {
  const id = promotionId(canaryOf(), status.lastAppliedSpec ?? '', status.run?.number ?? 0);
  return { ...more, status, primary: { ...more.primary, promotion: id } };
}

describe('a Canary that is made', () => {
  test('waits for its primary', () => {
    const made = outcome({ status: statusIn('creating'), primary: undefined });
    expect(made).toMatchObject({ stage: 'creating', next: { why: 'waiting for the primary to get ready' } });
  });

  test('asks whether its metric providers answer, and says so either way', () => {
    const status = statusIn('creating');
    expect(asked(decideOn({ status }))).toEqual(['probe']);
    const probed = outcome({ status }, { probe: { kind: 'probe', ok: true } });
    expect(probed).toMatchObject({ stage: 'takingOver', say: ['all the metrics providers are available!'] });
    const silent = outcome({ status }, { probe: { kind: 'probe', ok: false, error: 'refused' } });
    expect(silent).toMatchObject({ stage: 'takingOver', say: ['Error checking metric providers: refused'] });
  });

  test('without analysis asks no metric providers', () => {
    expect(outcome({ status: statusIn('creating'), spec: { skipAnalysis: true } }).stage).toBe('takingOver');
  });

  test('is initialised only when all traffic is on the primary and the target at zero', () => {
    const status = statusIn('takingOver');
    expect(outcome({ status }).stage).toBe('takingOver');
    expect(outcome({ status, target: { replicas: 0 }, stands: false }).stage).toBe('takingOver');
    const done = outcome({ status, target: { replicas: 0 } });
    expect(done).toMatchObject({
      stage: 'idle',
      phase: 'Initialized',
      say: ['Initialization done! shop.test'],
      status: { lastAppliedSpec: revisionOf('web:2'), lastPromotedSpec: revisionOf('web:2') },
    });
  });
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

describe('a promotion', () => {
  const at30 = { canaryWeight: 30 };
  const traffic = { traffic: { canary: 30, mirror: false } };

  test('waits until the primary has the spec', () => {
    expect(outcome({ status: statusIn('promoting', at30, traffic) })).toMatchObject({
      stage: 'promoting',
      next: { why: 'copying the spec to the primary' },
    });
  });

  test('starts over when another revision comes before the copy', () => {
    expect(outcome({ status: statusIn('promoting', at30, traffic), target: { image: 'web:3' } }).stage).toBe(
      'starting',
    );
  });

  test('goes on to the end when another revision comes after the copy', () => {
    const status = statusIn('promoting', at30, traffic);
    expect(outcome(copied(status, { target: { image: 'web:3' } })).stage).toBe('returning');
  });

  test('keeps traffic on the canary while the primary isn’t ready', () => {
    const waits = outcome(copied(statusIn('promoting', at30, traffic), { primary: { available: 0 } }));
    expect(waits).toMatchObject({ stage: 'promoting', status: { run: traffic } });
  });

  test('sends everything to the canary when the primary breaks', () => {
    const broken = outcome(copied(statusIn('promoting', at30, traffic), { primary: { gaveUp: true } }));
    expect(broken).toMatchObject({
      stage: 'stranded',
      phase: 'Failed',
      status: { canaryWeight: 100, run: { traffic: { canary: 100 } } },
    });
    expect(broken.alerts[0]).toMatch(/^Promotion failed, primary not ready/);
  });

  test.each([
    ['at once', {}, 30, 0, undefined, 'Routing all traffic to primary'],
    [
      'by stepWeightPromotion',
      { stepWeightPromotion: 20 },
      30,
      10,
      AT + INTERVAL_MS,
      'Advance shop.test primary weight 90',
    ],
    ['not below zero', { stepWeightPromotion: 20 }, 10, 0, undefined, 'Advance shop.test primary weight 100'],
  ])('returns traffic %s', (_, more, from, to, at, said) => {
    const status = statusIn('returning', at30, { traffic: { canary: from, mirror: false } });
    const back = outcome({ status, spec: { analysis: steps(more) } });
    expect(back).toMatchObject({ stage: 'returning', say: [said], status: { run: { traffic: { canary: to } } } });
    expect(back.next.at).toBe(at);
  });

  test('takes no further step of the return before its time or before its routes stand', () => {
    const paused = statusIn('returning', at30, { ...traffic, notBefore: new Date(AT + 5).toISOString() });
    expect(outcome({ status: paused }).next.at).toBe(AT + 5);
    expect(outcome({ status: statusIn('returning', at30, traffic), stands: false }).next.why).toBe(
      'waiting for the routes to stand',
    );
  });

  test('finalises when all traffic is back', () => {
    expect(outcome({ status: statusIn('returning', at30) })).toMatchObject({
      stage: 'draining',
      phase: 'Finalising',
      status: { canaryWeight: 0 },
    });
  });

  test('succeeds when the target is at zero', () => {
    const status = statusIn('draining');
    expect(outcome({ status }).stage).toBe('draining');
    expect(outcome({ status, target: { replicas: 0 } })).toMatchObject({
      stage: 'idle',
      phase: 'Succeeded',
      say: ['Promotion completed! Scaling down web.test'],
      status: { lastPromotedSpec: revisionOf('web:2') },
    });
  });

  test.each<Stage>(['returning', 'draining'])('fails when the primary breaks while %s', (stage) => {
    expect(outcome({ status: statusIn(stage), primary: { gaveUp: true } }).stage).toBe('stranded');
  });

  test('without analysis succeeds when spec, routes and target are as they must be', () => {
    const status = statusIn('skipping');
    expect(outcome({ status }).stage).toBe('skipping');
    const done = outcome(copied(status, { target: { replicas: 0 } }));
    expect(done).toMatchObject({
      phase: 'Succeeded',
      say: ['Promotion completed! Canary analysis was skipped for web.test'],
    });
  });

  test('without analysis starts over on another revision', () => {
    expect(outcome({ status: statusIn('skipping'), target: { image: 'web:3' } }).stage).toBe('starting');
  });
});

describe('a run that failed', () => {
  test('is Failed only when the routes and the target are as they must be', () => {
    const status = statusIn('rollingBack', {}, { failure: '3 failed checks' });
    expect(outcome({ status }).stage).toBe('rollingBack');
    const done = outcome({ status, target: { replicas: 0 } });
    expect(done).toMatchObject({ stage: 'idle', phase: 'Failed', say: ['Canary failed! Scaling down shop.test'] });
    expect(done.status.evidence?.at(-1)?.decision).toBe('rolled back: 3 failed checks');
  });

  test('tells its post-rollout hooks', () => {
    const setup = { status: statusIn('rollingBack'), target: { replicas: 0 }, spec: gate('post-rollout') };
    const { say } = decisionOf(decideOn(setup));
    expect(say.find(({ kind }) => kind === 'hooks')).toMatchObject({
      hooks: [{ name: 'gate' }],
      payload: { phase: 'Failed' },
    });
  });
});

describe('a broken primary', () => {
  const status = statusIn('stranded', { canaryWeight: 100 }, { traffic: { canary: 100, mirror: false } });

  test('keeps traffic on the canary until there is a new revision', () => {
    expect(outcome({ status, primary: { gaveUp: true } })).toMatchObject({ stage: 'stranded', say: [] });
  });

  test('gets the new revision promoted over it while traffic stays', () => {
    const over = outcome({ status, target: { image: 'web:3' }, primary: { gaveUp: true } });
    expect(over).toMatchObject({
      stage: 'promoting',
      status: { run: { number: 2, traffic: { canary: 100 } }, lastAppliedSpec: revisionOf('web:3') },
    });
  });

  test('that was mended takes part in a usual run', () => {
    expect(outcome({ status, target: { image: 'web:3' } }).stage).toBe('starting');
  });
});

describe('a Canary that is deleted with revertOnDeletion', () => {
  const setup = {
    spec: { revertOnDeletion: true },
    metadata: { deletionTimestamp: '2026-05-04T10:00:00Z' },
    status: statusIn('leaving'),
  };

  test('waits until its target is up again', () => {
    expect(outcome({ ...setup, target: { replicas: 0 } })).toMatchObject({
      say: [],
      next: { why: 'giving the target, its routes and Services back' },
    });
  });

  test('says when all was given back', () => {
    expect(outcome(setup).say).toEqual(['Terminated canary shop.test']);
  });
});
