import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AT, copied, INTERVAL_MS, outcome, revisionOf, statusIn, steps } from '../../src/canary/testing/scene.ts';
import { dig, type KubeObject } from '../../src/kube/object.ts';
import { analysis, canary, hook, target } from './manifests.ts';
import { image, patch, play, until } from './play.ts';

const usersOwn: KubeObject = {
  apiVersion: 'v1',
  kind: 'Service',
  metadata: { name: 'web' },
  spec: { selector: { app: 'web' }, ports: [{ name: 'http', port: 80, targetPort: 'http' }] },
};
const canaryGone = { waitObject: { kind: 'Canary', name: 'shop', gone: true } };
const deleted = { delete: { kind: 'Canary', name: 'shop' } };
const half = { traffic: { canary: 50, mirror: false } };

describe('promotion, failure and deletion', () => {
  test('trap 8: a return by steps that finds no traffic on the canary is over (improved: the reference stalls for ever)', () => {
    const spec = { analysis: steps({ stepWeightPromotion: 20 }) };
    expect(outcome({ spec, status: statusIn('returning') })).toMatchObject({ stage: 'draining', phase: 'Finalising' });
  });

  test('trap 12: once a deletion has given the apex back, nothing takes it again (improved: the reference’s job goes on and does)', async () => {
    const seen = await play({
      objects: [target(), usersOwn, canary({ provider: 'kubernetes', revertOnDeletion: true })],
      timeline: [until('Initialized'), deleted, canaryGone, { sleep: 40 }],
    });
    expect(seen.course('Service', 'web', 'spec', 'selector', 'app')).toEqual(['web', 'web-primary', 'web']);
    expect(seen.course('Deployment', 'web', 'spec', 'replicas')).toEqual([2, 0, 2]);
  });

  test('trap 24: without `revertOnDeletion` the target stays at zero and the primary goes with the Canary, of which the guide warns (kept: it is documented)', async () => {
    const seen = await play({
      objects: [target(), canary()],
      timeline: [until('Initialized'), deleted, canaryGone, { sleep: 20 }],
    });
    expect(dig(seen.last('Deployment', 'web'), 'spec', 'replicas')).toBe(0);
    expect(seen.last('Deployment', 'web-primary')?.metadata.ownerReferences).toMatchObject([
      { name: 'shop', controller: true },
    ]);
    const guide = readFileSync(new URL('../../docs/guide.md', import.meta.url), 'utf8').replace(/\s+/g, ' ');
    expect(guide).toMatch(
      /stays at the scale that it has, which is zero between releases\. Set `revertOnDeletion: true`/,
    );
  });

  test('trap 25: a deletion ends although the apex Service is gone (improved: the reference tries for ever)', async () => {
    const seen = await play({
      objects: [target(), usersOwn, canary({ provider: 'kubernetes', revertOnDeletion: true })],
      timeline: [until('Initialized'), deleted, { delete: { kind: 'Service', name: 'web' } }, canaryGone],
    });
    expect(seen.eventsWith('Terminated canary shop.test')).toHaveLength(1);
  });

  test('trap 32: a canary that breaks while its promotion ends gives its traffic to the primary, which has the new revision (kept: the traffic moves; improved: it is a success)', () => {
    const target = { available: 0, gaveUp: true };
    const dying = copied(statusIn('returning', { canaryWeight: 50 }, half), { target });
    const back = outcome(dying);
    const stepwise = outcome({ ...dying, spec: { analysis: steps({ stepWeightPromotion: 20 }) } });
    for (const { stage, status } of [back, stepwise]) {
      expect({ stage, traffic: status.run?.traffic.canary }).toEqual({ stage: 'returning', traffic: 0 });
    }
    const ends = outcome({ target, status: back.status });
    expect(ends).toMatchObject({ stage: 'draining', phase: 'Finalising' });
    const done = outcome({ target: { ...target, replicas: 0 }, status: ends.status });
    expect(done).toMatchObject({ phase: 'Succeeded', alerts: [expect.stringContaining('promotion finished')] });
  });

  test('trap 34: after a failed promotion traffic stays on the healthy copy and the next revision is promoted over the broken primary (improved: the reference sends all traffic to the broken one)', async () => {
    const seen = await play({
      objects: [target(), canary()],
      timeline: [
        until('Initialized'),
        image('web:2-badprimary'),
        until('Failed', { canaryWeight: 100 }),
        { sleep: 20 },
        image('web:3'),
        until('Succeeded'),
      ],
    });
    expect(seen.weights()).toEqual([0, 50, 100, 0]);
    const mended = seen.firstIndex('Deployment', 'web-primary', (primary) => {
      const ready = Number(dig(primary, 'status', 'availableReplicas') ?? 0) > 0;
      return ready && JSON.stringify(primary).includes('web:3');
    });
    const returned = seen.firstIndex('Canary', 'shop', (object) => dig(object, 'status', 'phase') === 'Finalising');
    expect(mended).toBeGreaterThan(-1);
    expect(returned).toBeGreaterThan(mended);
  });

  test('trap 34: a primary that recovered after a failed promotion gets its traffic back, and the next run has all its checks (improved: the reference goes on from 100 %)', async () => {
    const webhooks = [hook('smoke', 'pre-rollout')];
    const mend = { spec: { template: { spec: { containers: [{ name: 'web', image: 'web:2' }] } } } };
    const seen = await play({
      objects: [target(), canary({ analysis: analysis({ webhooks }) })],
      timeline: [
        until('Initialized'),
        image('web:2-badprimary'),
        until('Failed', { canaryWeight: 100 }),
        patch('Deployment', 'web-primary', mend),
        { sleep: 5 },
        image('web:3'),
        until('Succeeded'),
      ],
    });
    expect(seen.weights()).toEqual([0, 50, 100, 0, 50, 0]);
    expect(seen.calls('smoke')).toBe(2);
  });

  test('trap 35: a revision that comes while the primary is past its deadline is not used up (improved: the reference marks it failed for good)', () => {
    const idle = statusIn('idle');
    const setup = { target: { image: 'web:3' }, status: idle };
    const waiting = outcome({ ...setup, primary: { available: 0, gaveUp: true } });
    expect(waiting).toMatchObject({
      stage: 'idle',
      phase: 'Initialized',
      status: { lastAppliedSpec: revisionOf('web:2') },
    });
    const recovered = { ...setup, status: waiting.status };
    expect(outcome(recovered)).toMatchObject({ stage: 'starting', status: { lastAppliedSpec: revisionOf('web:3') } });
    const skipping = { ...setup, spec: { skipAnalysis: true }, primary: { available: 0, gaveUp: true } };
    expect(outcome(skipping).stage).toBe('starting');
  });

  test('trap 38: a passing check lowers no count, a limit on failures in a row is asked for (kept: the reference counts so; ours besides)', () => {
    const bad = { kind: 'metric', verdict: 'fail', value: '7', bound: '<= 1', message: 'too many' } as const;
    const good = { kind: 'metric', verdict: 'pass', value: '0', bound: '<= 1' } as const;
    const counting = (more: object, course: readonly (typeof bad | typeof good)[]) => {
      const metrics = [{ name: 'errors', query: 'x', thresholdRange: { max: 1 }, ...more }];
      const spec = { analysis: steps({ threshold: 9, stepWeight: 5, maxWeight: 90, metrics }) };
      let status = statusIn('analysing', { canaryWeight: 5 }, { step: 1, traffic: { canary: 5, mirror: false } });
      course.forEach((answer, i) => {
        if (status.run?.stage !== 'analysing') return;
        const run = { status, spec, at: AT + i * INTERVAL_MS };
        status = outcome(run, { 'metric/0/inline': answer }).status;
      });
      return status;
    };
    expect(counting({}, [bad, good, bad, good])).toMatchObject({ failedChecks: 2, run: { stage: 'analysing' } });
    const limit = { consecutiveFailureLimit: 1 };
    expect(counting(limit, [bad, good, bad, good]).run?.stage).toBe('analysing');
    expect(counting(limit, [bad, good, bad, bad]).run?.stage).toBe('rollingBack');
  });
});
