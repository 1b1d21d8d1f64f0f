import { describe, expect, test } from 'vitest';
import { AT, decideOn, decisionOf, INTERVAL_MS, outcome, revisionOf, statusIn, steps } from '../testing/scene.ts';

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

  test.each(['rollingBack', 'draining', 'takingOver', 'skipping'] as const)(
    '%s is not over while the data plane still sends traffic by the old routes',
    (stage) => {
      const settled = { settled: false, waiting: 'the gateway lags behind' } as const;
      const since = new Date(AT - 100).toISOString();
      const waiting = outcome({ status: statusIn(stage, {}, { since }), settled });
      expect(waiting.stage).toBe(stage);
      expect(waiting.next.at).toBe(AT - 100 + INTERVAL_MS);
    },
  );

  test('is rolled back without the word of a data plane that was silent for an interval, but not without its target down', () => {
    const settled = { settled: false, waiting: 'the gateway is gone' } as const;
    const status = statusIn('rollingBack');
    expect(outcome({ status, settled }).stage).toBe('rollingBack');
    expect(outcome({ status, settled, target: { replicas: 0 } }).stage).toBe('idle');
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

  test('that another controller left is taken over as it is', () => {
    const foreign = { ...status, lastAppliedSpec: '79d699c99', lastPromotedSpec: '55bcd5d88b' };
    const adopted = outcome({ status: foreign, primary: { available: 0, gaveUp: true } });
    expect(adopted).toMatchObject({ stage: 'stranded', say: [], status: { lastAppliedSpec: revisionOf('web:2') } });
    expect(outcome({ status: adopted.status, primary: { available: 0, gaveUp: true } }).stage).toBe('stranded');
  });

  test('in the midst of a run leaves the traffic with the healthy canary, as much as it had', () => {
    const share = { traffic: { canary: 20, mirror: false } };
    const running = statusIn('analysing', { canaryWeight: 20 }, share);
    const broken = { status: running, primary: { available: 0, gaveUp: true } };
    expect(outcome(broken)).toMatchObject({
      stage: 'stranded',
      phase: 'Failed',
      alerts: [expect.stringContaining('Progress deadline exceeded')],
      status: { canaryWeight: 20, run: share },
    });
    const both = outcome({ ...broken, target: { available: 0 } });
    expect(both).toMatchObject({ stage: 'rollingBack', status: { run: { traffic: { canary: 0 } } } });
    const early = { ...broken, status: statusIn('analysing') };
    expect(outcome(early).stage).toBe('rollingBack');
  });

  test('that was mended takes part in a usual run', () => {
    expect(outcome({ status, target: { image: 'web:3' } }).stage).toBe('starting');
  });
});
