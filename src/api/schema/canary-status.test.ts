import { expect, test } from 'vitest';
import { shapeOf } from '../shape.ts';
import type { CanaryStatus } from '../status.ts';
import { StatusSchema } from './canary-status.ts';

const time = '2026-01-01T00:00:00Z';

/** Every field that a status can have: a new one must be added to the schema as well. */
const full: Required<CanaryStatus> = {
  phase: 'Progressing',
  canaryWeight: 20,
  failedChecks: 1,
  iterations: 0,
  trackedConfigs: { 'configmap/a': '0123456789abcdef' },
  lastFailure: { time, revision: 'a', cause: 'errors: 7, bound: <= 1' },
  lastAppliedSpec: 'a',
  lastPromotedSpec: 'b',
  lastTransitionTime: time,
  sessionAffinityCookie: 'a=b',
  previousSessionAffinityCookie: 'a=c',
  primarySessionAffinityCookie: 'd=e',
  conditions: [{ type: 'Promoted', status: 'Unknown', reason: 'Progressing', message: 'm', observedGeneration: 2 }],
  run: {
    stage: 'analysing',
    since: time,
    number: 1,
    step: 2,
    steps: 5,
    traffic: { canary: 20, mirror: false },
    notBefore: time,
    promotedConfigs: '2f4b61c09a31de57',
    target: 'Deployment/web',
    routes: { provider: 'istio', apex: 'web', ingress: 'web', gatewayRefs: [{ name: 'gateway', namespace: 'infra' }] },
    askedFrom: 'Succeeded',
    overwritten: '2f4b61c09a31de57',
    inherited: true,
    approved: ['gate'],
    held: ['confirm-promotion/gate'],
    failure: 'f',
    madeFrom: { revision: '2f4b61c09a31de57', trackedConfigs: { 'configmap/a': '1a2b3c4d5e6f7081' } },
    tallies: { errors: { failures: 2, consecutiveFailures: 1, consecutiveErrors: 1, silentSince: time } },
  },
  evidence: [
    {
      time,
      decision: 'weight 20',
      checks: [
        { name: 'request-success-rate', value: '100', bound: '>= 99', verdict: 'pass', samples: 20, effect: 'dryRun' },
      ],
    },
  ],
  next: { at: time, why: 'the interval' },
};

test('the schema takes a full status and names every field of it', () => {
  expect(shapeOf(StatusSchema)(full).refusals).toEqual([]);
  expect(Object.keys(StatusSchema.properties).sort()).toEqual(Object.keys(full).sort());
});

test('our own parts keep fields that an older definition does not know', () => {
  for (const part of [StatusSchema.properties.run, StatusSchema.properties.next]) {
    expect(part).toHaveProperty('x-kubernetes-preserve-unknown-fields', true);
  }
  expect(StatusSchema.properties.evidence.items).toHaveProperty('x-kubernetes-preserve-unknown-fields', true);
});
