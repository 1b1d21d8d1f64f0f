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
  const { run } = resume(pruned(phase, { canaryWeight }), weighted);
  expect(run).toMatchObject({ stage, step: 0, steps: 4, number: 0, derived: true });
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

describe('a run whose plan changes on the way', () => {
  const plan = (more: Record<string, unknown>) => compilePlan(canaryOf({ analysis: steps(more) }), can);
  const listed = (stepWeights: readonly number[]) => plan({ stepWeight: undefined, maxWeight: undefined, stepWeights });
  const iterated = (iterations: number) => plan({ stepWeight: undefined, maxWeight: undefined, iterations });
  const at20 = statusIn('analysing', { canaryWeight: 20 }, { step: 2 });
  const third = statusIn('analysing', { iterations: 3 }, { step: 3 });

  test.each([
    ['the next greater weight', at20, listed([5, 15, 30, 60]), 2],
    ['the first weight when all are greater', at20, listed([25, 50]), 0],
    ['the promotion when none is greater', at20, plan({ maxWeight: 10 }), 1],
    ['the promotion when more iterations are done', third, iterated(1), 2],
    ['the first check of another strategy', at20, iterated(3), 0],
    ['the first weight of another strategy', third, weighted, 0],
  ])('goes on with %s', (_, status, changed, step) => {
    expect(resume(status, changed).run).toMatchObject({ step, steps: changed.steps.length, stage: 'analysing' });
  });

  test('stays where it is while its step stands', () => {
    expect(resume(at20, plan({ maxWeight: 90 }))).toBe(at20);
    const early = statusIn('analysing');
    expect(resume(early, iterated(3))).toBe(early);
    const over = statusIn('returning', { canaryWeight: 20 }, { step: 2 });
    expect(resume(over, iterated(3))).toBe(over);
  });
});
