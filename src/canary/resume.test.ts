import { describe, expect, test } from 'vitest';
import type { CanaryStatus, Phase, Stage } from '../api/status.ts';
import { compilePlan } from './plan.ts';
import { resume } from './resume.ts';
import { canaryOf, revisionOf, statusIn, steps } from './testing/scene.ts';

const can = { weights: true, match: true, mirror: 'always' } as const;
const weighted = compilePlan(canaryOf(), can);
const blueGreen = compilePlan(
  canaryOf({ analysis: { interval: '1m', threshold: 3, iterations: 2, mirror: true } }),
  can,
);
const mirrored = compilePlan(canaryOf({ analysis: steps({ mirror: true }) }), can);

const hashes = { lastAppliedSpec: revisionOf('web:2'), lastPromotedSpec: revisionOf('web:1') };

function pruned(phase: Phase, more: Partial<CanaryStatus> = {}): CanaryStatus {
  return { phase, canaryWeight: 0, failedChecks: 0, iterations: 0, ...hashes, ...more };
}

test.each<readonly [Phase, number, Stage]>([
  ['Initializing', 0, 'creating'],
  ['Initialized', 0, 'idle'],
  ['Waiting', 0, 'asking'],
  ['Progressing', 0, 'starting'],
  ['WaitingPromotion', 0, 'starting'],
  ['Promoting', 30, 'promoting'],
  ['Finalising', 0, 'draining'],
  ['Succeeded', 0, 'idle'],
  ['Failed', 0, 'idle'],
  ['Failed', 100, 'stranded'],
  ['Terminating', 0, 'leaving'],
  ['Terminated', 0, 'leaving'],
])('the phase %s with weight %i goes on as %s', (phase, canaryWeight, stage) => {
  expect(resume(pruned(phase, { canaryWeight }), weighted).run).toMatchObject({ stage, step: 0, steps: 4, number: 0 });
});

test('a status with a run is left as it is', () => {
  const status = statusIn('analysing');
  expect(resume(status, weighted)).toBe(status);
});

test('a Canary without a phase is left to begin', () => {
  const empty = { canaryWeight: 0, failedChecks: 0, iterations: 0 };
  expect(resume(empty, weighted)).toBe(empty);
});

describe('a run in the middle of its plan', () => {
  test.each([
    ['goes on after the weight it reached', 'Progressing', weighted, { canaryWeight: 30 }, 'analysing', 3, 30, false],
    ['goes on after its first weight', 'Progressing', mirrored, { canaryWeight: 10 }, 'analysing', 2, 10, false],
    ['goes on after its last iteration', 'Progressing', blueGreen, { iterations: 2 }, 'analysing', 2, 0, true],
    ['goes on waiting for promotion', 'WaitingPromotion', weighted, { canaryWeight: 30 }, 'holding', 3, 30, false],
    ['goes on with all traffic routed', 'WaitingPromotion', blueGreen, { iterations: 3 }, 'holding', 3, 100, false],
    [
      'starts over from a weight that isn’t in its plan',
      'Progressing',
      weighted,
      { canaryWeight: 15 },
      'starting',
      0,
      0,
      false,
    ],
  ] as const)('%s', (_, phase, plan, reached, stage, step, canary, mirror) => {
    const { run } = resume(pruned(phase, { failedChecks: 1, ...reached }), plan);
    expect(run).toMatchObject({ stage, step, steps: plan.steps.length, traffic: { canary, mirror } });
  });

  test('starts over when its revision can’t be compared', () => {
    const foreign = pruned('Progressing', { canaryWeight: 30, lastAppliedSpec: '6b8f9f7d5c' });
    expect(resume(foreign, weighted).run).toMatchObject({ stage: 'starting', step: 0, traffic: { canary: 0 } });
  });

  test('keeps the fields that everyone sees', () => {
    const status = pruned('Progressing', {
      canaryWeight: 20,
      failedChecks: 2,
      lastTransitionTime: '2026-05-04T09:59:00Z',
    });
    const { run, ...seen } = resume(status, weighted);
    expect(seen).toEqual(status);
    expect(run?.since).toBe('2026-05-04T09:59:00Z');
  });
});

test('a promotion keeps its traffic on the canary', () => {
  expect(resume(pruned('Promoting', { canaryWeight: 30 }), weighted).run?.traffic).toEqual({
    canary: 30,
    mirror: false,
  });
});
