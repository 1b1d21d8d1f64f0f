import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Canary } from '../api/canary.ts';
import { compilePlan, type Move, type Plan, type PlanAbilities, weightsOf } from './plan.ts';
import { canaryOf, sceneOf, steps } from './testing/scene.ts';

const everything: PlanAbilities = { weights: true, match: true, mirror: 'always' };
const noMirror: PlanAbilities = { weights: true, match: true, mirror: 'never' };
const noWeights: PlanAbilities = { weights: false, match: false, mirror: 'never' };

function withAnalysis(analysis: Record<string, unknown>): Canary {
  return canaryOf({ analysis: { interval: '1m', threshold: 3, ...analysis } });
}

function traffic(plan: Plan): readonly Extract<Move, { readonly kind: 'traffic' }>[] {
  return plan.steps.flatMap(({ move }) => (move.kind === 'traffic' ? [move] : []));
}

const texts = (plan: Plan) => traffic(plan).map(({ announce }) => announce);

describe('weights', () => {
  test.each([
    ['ascend by stepWeight up to maxWeight', { stepWeight: 10, maxWeight: 30 }, [10, 20, 30]],
    ['reach 100 in two steps of 50', { stepWeight: 50, maxWeight: 100 }, [50, 100]],
    ['overshoot a maxWeight that is no multiple', { stepWeight: 20, maxWeight: 50 }, [20, 40, 60]],
    ['stop at 100 when they would overshoot it', { stepWeight: 60, maxWeight: 100 }, [60, 100]],
    ['end after one step that is larger than maxWeight', { stepWeight: 50, maxWeight: 20 }, [50]],
    ['reach 100 without a maxWeight', { stepWeight: 25 }, [25, 50, 75, 100]],
    ['are those of stepWeights', { stepWeights: [1, 2, 10, 80] }, [1, 2, 10, 80]],
    ['count a last one above 100 as 100', { stepWeights: [50, 120] }, [50, 100]],
  ])('%s', (_, analysis, expected) => {
    const canary = withAnalysis(analysis);
    expect(weightsOf(canary)).toEqual(expected);
    expect(traffic(compilePlan(canary, everything)).map(({ canary: share, weight }) => [share, weight])).toEqual(
      expected.map((weight) => [weight, weight]),
    );
  });
});

describe('a weighted plan', () => {
  const plan = compilePlan(canaryOf(), everything);

  test('asks before each increase, and for promotion at its end', () => {
    expect(plan.steps.map(({ gates }) => gates)).toEqual([
      ['confirm-traffic-increase'],
      ['confirm-traffic-increase'],
      ['confirm-traffic-increase'],
      ['confirm-traffic-increase', 'confirm-promotion'],
    ]);
  });

  test('measures nothing before anything was sent', () => {
    expect(plan.steps.map(({ checks }) => checks)).toEqual(['pre-rollout', 'analysis', 'analysis', 'analysis']);
  });

  test('announces its weights and counts no iterations', () => {
    expect(texts(plan)).toEqual([{ advance: 'weight 10' }, { advance: 'weight 20' }, { advance: 'weight 30' }]);
    expect(traffic(plan).every(({ iterations, mirror }) => iterations === 0 && !mirror)).toBe(true);
  });

  test('with mirror sends a copy of the traffic first', () => {
    const mirrored = compilePlan(canaryOf({ analysis: steps({ mirror: true }) }), everything);
    expect(traffic(mirrored).map(({ canary, mirror }) => [canary, mirror])).toEqual([
      [0, true],
      [10, false],
      [20, false],
      [30, false],
    ]);
    expect(mirrored.steps[0]?.checks).toBe('pre-rollout');
    expect(texts(mirrored)[0]).toEqual({ advance: 'weight 0' });
    expect(mirrored.warnings).toEqual([]);
  });

  test.each(['never', 'blue-green'] as const)(
    'leaves mirroring out with a warning where it is possible %s',
    (mirror) => {
      const left = compilePlan(canaryOf({ analysis: steps({ mirror: true }) }), { ...everything, mirror });
      expect(left.steps).toEqual(plan.steps);
      expect(left.warnings).toEqual([
        'Traffic mirroring before weight steps is not supported when using the gatewayapi:v1 provider',
      ]);
    },
  );
});

describe('an A/B plan', () => {
  const plan = compilePlan(
    withAnalysis({ iterations: 2, match: [{ headers: { user: { exact: 'qa' } } }] }),
    everything,
  );

  test('routes all that matches to the canary for each iteration, shows no weight, and then asks for promotion', () => {
    expect(traffic(plan).map(({ canary, weight, iterations }) => [canary, weight, iterations])).toEqual([
      [100, 0, 1],
      [100, 0, 2],
    ]);
    expect(plan.steps.map(({ gates }) => gates)).toEqual([[], [], ['confirm-promotion']]);
    expect(texts(plan)).toEqual([{ advance: 'iteration 1/2' }, { advance: 'iteration 2/2' }]);
  });
});

describe('a Blue/Green plan', () => {
  test.each([
    ['without mirror', false, everything, false, 'Routing all traffic to canary'],
    ['with mirror', true, everything, true, 'Stop traffic mirroring and route all traffic to canary'],
    [
      'with mirror only for Blue/Green',
      true,
      { ...everything, mirror: 'blue-green' } as const,
      true,
      'Stop traffic mirroring and route all traffic to canary',
    ],
    ['with a mirror that the provider lacks', true, noMirror, false, 'Routing all traffic to canary'],
  ])('%s tests without users and then routes all traffic at once', (_, mirror, can, mirrored, sentence) => {
    const plan = compilePlan(withAnalysis({ iterations: 2, mirror }), can);
    expect(traffic(plan).map((move) => [move.canary, move.mirror, move.iterations])).toEqual([
      [0, mirrored, 1],
      [0, mirrored, 2],
      [100, false, 3],
    ]);
    expect(texts(plan).at(-1)).toEqual({ sentence });
    expect(plan.steps.map(({ gates }) => gates)).toEqual([[], [], ['confirm-promotion'], ['confirm-promotion']]);
  });
});

describe('a provider without weights', () => {
  const match = 'A/B testing is not supported when using the gatewayapi:v1 provider';
  const progressive = 'Progressive traffic is not supported when using the gatewayapi:v1 provider';
  const ten = 'Setting canaryAnalysis.iterations: 10';
  const matching = { match: [{ headers: { user: { exact: 'qa' } } }] };
  test.each([
    ['tests ten times instead of by weight', { stepWeight: 10 }, 10, [progressive, ten]],
    ['tests as often as the spec says', { iterations: 3 }, 3, []],
    ['leaves out what A/B would match', { iterations: 3, ...matching }, 3, [match]],
  ])('%s', (_, analysis, iterations, warnings) => {
    const plan = compilePlan(withAnalysis(analysis), noWeights);
    expect(plan.warnings).toEqual(warnings);
    expect(traffic(plan).map((move) => move.iterations)).toEqual(
      Array.from({ length: iterations + 1 }, (_each, i) => i + 1),
    );
    expect(traffic(plan).every(({ canary, weight, mirror }) => canary === 0 && weight === 0 && !mirror)).toBe(true);
    expect(texts(plan).at(-1)).toBeUndefined();
  });
});

describe('what routes leave out', () => {
  const ab = withAnalysis({ iterations: 2, match: [{ headers: { user: { exact: 'qa' } } }] });
  const leavesOut = ({ analysis }: Canary) => analysis.match.map((_, index) => `entry ${index} is lost`);

  test('is warned of, after what the plan itself leaves out', () => {
    expect(compilePlan(ab, { ...everything, leavesOut }).warnings).toEqual(['entry 0 is lost']);
    expect(compilePlan(ab, { ...noWeights, leavesOut }).warnings).toEqual([
      'A/B testing is not supported when using the gatewayapi:v1 provider',
      'entry 0 is lost',
    ]);
  });

  test('changes no step', () => {
    expect(compilePlan(ab, { ...everything, leavesOut }).steps).toEqual(compilePlan(ab, everything).steps);
  });

  test.each([
    ['nothing of one header', [{ 'x-a': { exact: 'qa' } }], []],
    [
      'all but the last of several headers',
      [{ 'x-a': { exact: 'qa' } }, { 'x-b': { exact: 'qa' } }],
      [
        'nginx tells requests by one header and one cookie: it goes by analysis.match[1].headers["x-b"], ' +
          'and leaves out analysis.match[0].headers["x-a"]',
      ],
    ],
  ])('with nginx is %s', (_, headers, warnings) => {
    const match = headers.map((each) => ({ headers: each }));
    const analysis = { interval: '1m', threshold: 3, iterations: 2, match };
    const ingressRef = { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: 'web' };
    expect(sceneOf({ spec: { provider: 'nginx', ingressRef, analysis } }).plan.warnings).toEqual(warnings);
  });
});

test('every plan starts before any check, ascends within 100 and ends in its only promotion', () => {
  const weight = fc.integer({ min: 1, max: 100 });
  const analyses = fc.oneof(
    fc.record({ stepWeight: weight, maxWeight: weight, mirror: fc.boolean() }),
    fc.uniqueArray(weight, { minLength: 1, maxLength: 8 }).map((all) => ({ stepWeights: all.sort((a, b) => a - b) })),
    fc.record({ iterations: fc.integer({ min: 1, max: 20 }), mirror: fc.boolean() }),
  );
  const abilities = fc.record({
    weights: fc.boolean(),
    match: fc.boolean(),
    mirror: fc.constantFrom('always', 'blue-green', 'never') as fc.Arbitrary<PlanAbilities['mirror']>,
  });
  fc.assert(
    fc.property(analyses, abilities, (analysis, can) => {
      const plan = compilePlan(withAnalysis(analysis), can);
      const moves = traffic(plan);
      expect(plan.steps[0]?.checks).toBe('pre-rollout');
      expect(plan.steps.slice(1).every(({ checks }) => checks === 'analysis')).toBe(true);
      expect(plan.steps.map(({ move }) => move.kind).indexOf('promote')).toBe(plan.steps.length - 1);
      for (const [i, move] of moves.entries()) {
        expect(move.canary).toBeLessThanOrEqual(100);
        expect(move.canary + move.iterations).toBeGreaterThanOrEqual(
          (moves[i - 1]?.canary ?? 0) + (moves[i - 1]?.iterations ?? 0),
        );
        expect(move.weight).toBeGreaterThanOrEqual(moves[i - 1]?.weight ?? 0);
      }
    }),
  );
});
