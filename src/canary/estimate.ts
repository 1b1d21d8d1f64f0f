import type { Canary } from '../api/canary.ts';
import type { Stage } from '../api/status.ts';
import type { Progress } from './machine.ts';
import type { Plan } from './plan.ts';

/** What an estimate rests on. */
export interface UnderWay {
  readonly canary: Canary;
  readonly plan: Plan;
  readonly stage: Stage;
  readonly progress: Progress;
  /** When the next step is tried, in milliseconds. */
  readonly from: number;
}

/**
 * When a run ends, in milliseconds, if every check passes at once, every gate is open and pods take no time. `undefined` when
 * no run is on its way to promotion.
 */
export function estimatedEnd({ canary, plan, stage, progress, from }: UnderWay): number | undefined {
  const { intervalMs, stepWeightPromotion: back } = canary.analysis;
  const { canary: weight } = progress.traffic;
  switch (stage) {
    case 'starting':
    case 'analysing':
    case 'holding': {
      // The first step of what remains is done at `from`, each other one an interval later
      const steps = Math.max(plan.steps.length - progress.step - 1, 0);
      const last = plan.steps.findLast(({ move }) => move.kind === 'traffic')?.move;
      return from + (steps + returns(last?.kind === 'traffic' ? last.canary : weight, back)) * intervalMs;
    }
    case 'promoting':
    case 'returning':
      return from + returns(weight, back) * intervalMs;
    default:
      return undefined;
  }
}

/** Intervals that the return of the traffic takes. */
function returns(weight: number, back: number): number {
  return back > 0 ? Math.max(Math.ceil(weight / back) - 1, 0) : 0;
}
