import { describe, expect, test } from 'vitest';
import type { Stage } from '../../api/status.ts';
import { AT, copied, INTERVAL_MS, outcome, revisionOf, statusIn, steps } from '../testing/scene.ts';

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

  test('stays with what runs of the primary when no canary could take the traffic', () => {
    const status = statusIn('promoting', at30, traffic);
    const setup = copied(status, { primary: { available: 0, gaveUp: true }, target: { available: 0 } });
    expect(outcome(setup)).toMatchObject({
      stage: 'stranded',
      phase: 'Failed',
      alerts: [expect.stringContaining('Promotion failed, primary not ready')],
      status: { canaryWeight: 0, run: { traffic: { canary: 0 } } },
    });
  });

  test('that another controller began goes on when the primary has the spec, and starts over when it has not', () => {
    const foreign = statusIn('promoting', { ...at30, lastAppliedSpec: '79d699c99' }, traffic);
    const adopted = outcome({ status: foreign, primary: { image: 'web:2', promotion: 'theirs' } });
    expect(adopted).toMatchObject({ stage: 'promoting', say: [], status: { lastAppliedSpec: revisionOf('web:2') } });
    const restarted = outcome({ status: foreign, primary: { image: 'web:1', promotion: 'theirs' } });
    expect(restarted).toMatchObject({ stage: 'starting', phase: 'Progressing' });
  });

  test('takes no further step of the return before its time or before its routes stand', () => {
    const paused = statusIn('returning', at30, { ...traffic, notBefore: new Date(AT + 5).toISOString() });
    expect(outcome({ status: paused }).next.at).toBe(AT + 5);
    expect(outcome({ status: statusIn('returning', at30, traffic), stands: false }).next.why).toBe(
      'waiting for the routes to stand',
    );
  });

  test('returns all traffic at once, and before its time, when the canary dies', () => {
    const status = statusIn('returning', at30, { ...traffic, notBefore: new Date(AT + 5).toISOString() });
    const dead = outcome({ status, spec: { analysis: steps({ stepWeightPromotion: 10 }) }, target: { available: 0 } });
    expect(dead).toMatchObject({
      stage: 'returning',
      say: ['Routing all traffic to primary'],
      status: { run: { traffic: { canary: 0 } } },
    });
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

  test('is over when the primary breaks after the target went to zero', () => {
    const late = { status: statusIn('draining'), primary: { available: 0, gaveUp: true }, target: { replicas: 0 } };
    expect(outcome(late)).toMatchObject({ stage: 'idle', phase: 'Succeeded' });
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
