import { expect, test } from 'vitest';
import { deploymentReadiness } from './deployment-readiness.ts';
import { deployment } from './testing/recorded.ts';

const since = Date.parse('2026-01-01T00:00:00Z');
const done = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, availableReplicas: 2 };
const progressing = (reason: string) => ({ type: 'Progressing', status: 'True', reason });
const unavailable = {
  type: 'Available',
  status: 'False',
  reason: 'MinimumReplicasUnavailable',
  lastUpdateTime: '2026-01-01T00:00:00Z',
};
const short = [progressing('ReplicaSetUpdated'), unavailable];
const waiting = (detail: string) => ({
  ready: false,
  why: `waiting for rollout to finish: ${detail}`,
  permanent: false,
});
const noneAvailable = waiting('0 of 2 (readyThreshold 100%) updated replicas are available');

test.each([
  ['all updated and available', {}, {}, { ready: true }],
  ['no replicas wanted', { replicas: 0 }, { replicas: 0, updatedReplicas: 0, availableReplicas: 0 }, { ready: true }],
  [
    'the controller has not looked yet',
    {},
    { observedGeneration: 2 },
    waiting('observed deployment generation less than desired generation'),
  ],
  ['new pods are missing', {}, { updatedReplicas: 1 }, waiting('1 out of 2 new replicas have been updated')],
  [
    'the number of replicas is not set',
    { replicas: undefined },
    { replicas: 1, updatedReplicas: 1, availableReplicas: 1 },
    { ready: true },
  ],
  ['old pods are left', {}, { replicas: 5 }, waiting('3 old replicas are pending termination')],
  ['pods are not available', {}, { availableReplicas: 0 }, noneAvailable],
  [
    'a deadline runs',
    {},
    { availableReplicas: 0, conditions: short },
    { ...noneAvailable, deadlineAt: since + 60_000 },
  ],
  [
    'no deadline runs without a Progressing condition',
    {},
    { availableReplicas: 0, conditions: [unavailable] },
    noneAvailable,
  ],
  [
    'no deadline runs while the minimum is available',
    {},
    { availableReplicas: 1, conditions: [progressing('ReplicaSetUpdated'), { ...unavailable, status: 'True' }] },
    waiting('1 of 2 (readyThreshold 100%) updated replicas are available'),
  ],
  [
    'the Deployment gave up',
    {},
    { availableReplicas: 0, conditions: [progressing('ProgressDeadlineExceeded'), unavailable] },
    { ready: false, why: 'deployment "podinfo" exceeded its progress deadline', permanent: true },
  ],
])('%s', (_, spec, status, expected) => {
  const object = deployment(spec, { status: { ...done, ...status }, metadata: { generation: 3 } });
  const rule = { thresholdPercent: 100, deadlineMs: 60_000, now: since + 59_999, waitingSince: since };
  expect(deploymentReadiness(object, rule)).toEqual(expected);
});

test('waiting ends for good at the deadline', () => {
  const object = deployment({}, { status: { ...done, availableReplicas: 0, conditions: short } });
  const rule = { thresholdPercent: 100, deadlineMs: 60_000, now: since + 60_000, waitingSince: since };
  expect(deploymentReadiness(object, rule)).toEqual({ ...noneAvailable, permanent: true });
});

test.each([
  [50, 1, true],
  [100, 2, false],
  [99, 2, true],
])('a threshold of %i %% is rounded down', (thresholdPercent, availableReplicas, ready) => {
  const status = { ...done, replicas: 3, updatedReplicas: 3, availableReplicas };
  const rule = { thresholdPercent, deadlineMs: 60_000, now: since, waitingSince: since };
  expect(deploymentReadiness(deployment({ replicas: 3 }, { status }), rule).ready).toBe(ready);
});

test.each([
  ['half of one replica', 1, 50, '0 of 1 (readyThreshold 50%) updated replicas are available'],
  ['a share that no replica is', 3, 33, '0 of 3 (readyThreshold 33%) updated replicas are available'],
  ['nothing', 2, 0, '0 of 2 (readyThreshold 0%) updated replicas are available'],
])('a threshold of %s still asks for one available replica', (_, replicas, thresholdPercent, why) => {
  const rule = { thresholdPercent, deadlineMs: 60_000, now: since, waitingSince: since };
  const judge = (availableReplicas: number) => {
    const status = { ...done, replicas, updatedReplicas: replicas, availableReplicas };
    return deploymentReadiness(deployment({ replicas }, { status }), rule);
  };
  expect(judge(0)).toEqual(waiting(why));
  expect(judge(1)).toEqual({ ready: true });
});
