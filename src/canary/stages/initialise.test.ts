import { describe, expect, test } from 'vitest';
import { asked, decideOn, outcome, revisionOf, statusIn } from '../testing/scene.ts';

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

  test('waits until the primary is as the target is now', () => {
    const behind = outcome({ status: statusIn('creating'), stands: false }, { probe: { kind: 'probe', ok: true } });
    expect(behind).toMatchObject({ stage: 'creating', next: { why: 'making the primary as the target is now' } });
  });

  test('counts as promoted what its primary was made from, not what the target became meanwhile', () => {
    const { status } = outcome({ status: statusIn('creating') }, { probe: { kind: 'probe', ok: true } });
    expect(status.run?.madeFrom).toEqual({ revision: revisionOf('web:2') });
    const done = outcome({ status, target: { image: 'web:3', replicas: 0 } });
    const promoted = revisionOf('web:2');
    expect(done).toMatchObject({ stage: 'idle', status: { lastAppliedSpec: promoted, lastPromotedSpec: promoted } });
    expect(done.status.run?.madeFrom).toBeUndefined();
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
