import { describe, expect, test } from 'vitest';
import { decideOn, decisionOf, outcome, revisionOf, statusIn, steps } from '../testing/scene.ts';

const gate = (type: string, more: Record<string, unknown> = {}) => ({
  analysis: steps({ webhooks: [{ name: 'gate', type, url: 'http://gate.test', ...more }] }),
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
