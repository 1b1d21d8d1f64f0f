import { describe, expect, test } from 'vitest';
import { meshFor } from '../../meshes/registry.ts';
import type { Stage } from '../api/status.ts';
import { estimatedEnd } from './estimate.ts';
import { compilePlan } from './plan.ts';
import { progressOf } from './status.ts';
import { AT, canaryOf, INTERVAL_MS, statusIn, steps } from './testing/scene.ts';

const mesh = meshFor('gatewayapi:v1', { ingressAnnotationsPrefix: '', ingressClass: '' });

function intervals(stage: Stage, step: number, weight: number, more: Record<string, unknown> = {}): number | undefined {
  const canary = canaryOf({ analysis: steps(more) });
  if (!mesh) throw new Error('there is no Gateway API');
  const progress = progressOf(statusIn(stage, {}, { step, traffic: { canary: weight, mirror: false } }));
  const end = estimatedEnd({ canary, plan: compilePlan(canary, mesh.can), stage, progress, from: AT });
  return end === undefined ? undefined : (end - AT) / INTERVAL_MS;
}

describe('weights 10, 20, 30 and the promotion are four steps, one interval apart', () => {
  test.each([
    { what: 'at the beginning', stage: 'starting' as const, step: 0, weight: 0, left: 3 },
    { what: 'after the first step', stage: 'analysing' as const, step: 1, weight: 10, left: 2 },
    { what: 'before the promotion', stage: 'holding' as const, step: 3, weight: 30, left: 0 },
    { what: 'while the primary takes over', stage: 'promoting' as const, step: 4, weight: 30, left: 0 },
    { what: 'at rest', stage: 'idle' as const, step: 0, weight: 0, left: undefined },
    { what: 'while it is taken back', stage: 'rollingBack' as const, step: 2, weight: 0, left: undefined },
  ])('$what $left are left', ({ stage, step, weight, left }) => {
    expect(intervals(stage, step, weight)).toBe(left);
  });

  test('traffic that returns in steps takes its time as well', () => {
    expect(intervals('starting', 0, 0, { stepWeightPromotion: 10 })).toBe(5);
    expect(intervals('returning', 4, 20, { stepWeightPromotion: 10 })).toBe(1);
  });
});
