import type { Canary, HookType } from '../api/canary.ts';

/** What the provider can do, as far as a plan depends on it. */
export interface PlanAbilities {
  readonly weights: boolean;
  readonly match: boolean;
  readonly mirror: 'always' | 'blue-green' | 'never';
  /** What of the Canary is lost on the way to the provider, as sentences; absent: nothing. */
  leavesOut?(canary: Canary): readonly string[];
}

/** What a step does once its checks pass and its gates are open. */
export type Move =
  | {
      readonly kind: 'traffic';
      /** Percent of the apex traffic for the canary. */
      readonly canary: number;
      readonly mirror: boolean;
      /** What `status` shows from then on. */
      readonly weight: number;
      readonly iterations: number;
      /** Completes the event text: `Advance <name>.<namespace> canary …`, or a whole sentence. */
      readonly announce: { readonly advance: string } | { readonly sentence: string } | undefined;
    }
  | { readonly kind: 'promote' };

/** One step is done per interval: first its checks, then its gates in order, then its move. */
export interface Step {
  readonly checks: 'pre-rollout' | 'analysis';
  readonly gates: readonly Extract<HookType, 'confirm-traffic-increase' | 'confirm-promotion'>[];
  readonly move: Move;
}

/**
 * The whole way of one release. Every strategy compiles to it, and the machine walks it without knowing which one it was.
 * `warnings`: what of the spec the provider can't do: what the plan leaves out, as the reference words it, and then what
 * routes will.
 */
export interface Plan {
  readonly steps: readonly Step[];
  readonly warnings: readonly string[];
}

/** Compiles `spec.analysis` (rules: the reference's advance algorithm). Pure; the same Canary gives the same plan. */
export function compilePlan(canary: Canary, can: PlanAbilities): Plan {
  const plan = planOf(canary, can);
  return { ...plan, warnings: [...plan.warnings, ...(can.leavesOut?.(canary) ?? [])] };
}

function planOf(canary: Canary, can: PlanAbilities): Plan {
  const { analysis, strategy } = canary;
  if (!can.weights) return withoutWeights(canary);
  switch (strategy) {
    case 'ab-testing':
      return { steps: [...iterate(analysis.iterations, 100, false), promotion(true)], warnings: [] };
    case 'blue-green':
      return blueGreen(analysis.iterations, analysis.mirror && can.mirror !== 'never', true);
    case 'canary':
      return weighted(canary, can);
  }
}

/** Weights seen on the way, ascending; the last one is where promotion starts. May overshoot `maxWeight`. */
export function weightsOf(canary: Canary): readonly number[] {
  const { stepWeight, stepWeights, maxWeight } = canary.analysis;
  if (stepWeight <= 0) return stepWeights.map((weight) => Math.min(weight, 100));
  const end = stepWeights.length > 0 ? Math.min(100, stepWeights[stepWeights.length - 1] ?? 100) : maxWeight;
  const weights: number[] = [];
  for (let weight = stepWeight; ; weight += stepWeight) {
    weights.push(Math.min(weight, 100));
    if (weight >= end) return weights;
  }
}

function weighted(canary: Canary, can: PlanAbilities): Plan {
  const wantsMirror = canary.analysis.mirror;
  const mirrors = wantsMirror && can.mirror === 'always';
  const moves: Move[] = weightsOf(canary).map((weight) => ({
    kind: 'traffic',
    canary: weight,
    mirror: false,
    weight,
    iterations: 0,
    announce: { advance: `weight ${weight}` },
  }));
  if (mirrors) {
    const announce = { advance: 'weight 0' };
    moves.unshift({ kind: 'traffic', canary: 0, mirror: true, weight: 0, iterations: 0, announce });
  }
  const steps = moves.map((move, i): Step => ({ checks: checksOf(i), gates: ['confirm-traffic-increase'], move }));
  steps.push({ ...promotion(true), gates: ['confirm-traffic-increase', 'confirm-promotion'] });
  const warnings =
    wantsMirror && !mirrors
      ? [`Traffic mirroring before weight steps is not supported when using the ${canary.provider} provider`]
      : [];
  return { steps, warnings };
}

/** Without weights only Blue/Green makes sense: the canary is tested behind its own Service (Flagger compatibility). */
function withoutWeights(canary: Canary): Plan {
  const warnings: string[] = [];
  let { iterations } = canary.analysis;
  if (canary.analysis.match.length > 0) {
    warnings.push(`A/B testing is not supported when using the ${canary.provider} provider`);
  }
  if (iterations < 1) {
    iterations = 10;
    warnings.push(
      `Progressive traffic is not supported when using the ${canary.provider} provider`,
      `Setting canaryAnalysis.iterations: ${iterations}`,
    );
  }
  return { ...blueGreen(iterations, false, false), warnings };
}

function blueGreen(iterations: number, mirror: boolean, routed: boolean): Plan {
  const sentence = mirror ? 'Stop traffic mirroring and route all traffic to canary' : 'Routing all traffic to canary';
  const switchOver: Step = {
    checks: 'analysis',
    gates: ['confirm-promotion'],
    move: {
      kind: 'traffic',
      canary: routed ? 100 : 0,
      mirror: false,
      weight: 0,
      iterations: iterations + 1,
      announce: routed ? { sentence } : undefined,
    },
  };
  return { steps: [...iterate(iterations, 0, mirror), switchOver, promotion(true)], warnings: [] };
}

function iterate(iterations: number, canary: number, mirror: boolean): Step[] {
  return Array.from({ length: iterations }, (_, i) => ({
    checks: checksOf(i),
    gates: [],
    move: {
      kind: 'traffic',
      canary,
      mirror,
      weight: 0,
      iterations: i + 1,
      announce: { advance: `iteration ${i + 1}/${iterations}` },
    },
  }));
}

function promotion(gated: boolean): Step {
  return { checks: 'analysis', gates: gated ? ['confirm-promotion'] : [], move: { kind: 'promote' } };
}

/** Before the first step nothing has been sent to the canary yet, so there is nothing to measure. */
function checksOf(index: number): Step['checks'] {
  return index === 0 ? 'pre-rollout' : 'analysis';
}
