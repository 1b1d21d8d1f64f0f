import type { Refuse } from './refusals.ts';
import type { AnalysisInput } from './schema/canary.ts';

export interface StrategyContext {
  /** Where the analysis stands. */
  readonly field: string;
  readonly provider: string;
  readonly skipAnalysis: boolean;
  readonly refuse: Refuse;
}

/** Refuses an analysis that doesn't move traffic in exactly one way, or whose steps never end. */
export function checkStrategy(raw: AnalysisInput, { field, provider, skipAnalysis, refuse }: StrategyContext): void {
  const given = (['iterations', 'stepWeight', 'stepWeights'] as const).filter((name) => raw[name] !== undefined);
  if (given.length === 0 && !skipAnalysis) {
    refuse('StrategyMissing', field, 'sets none of iterations, stepWeight and stepWeights');
  } else if (given.length > 1) {
    refuse('StrategyAmbiguous', field, `sets ${given.join(' and ')}`);
  }
  const endless = (name: string, fault: string) => refuse('StepsNeverEnd', `${field}.${name}`, fault);
  if (raw.stepWeights !== undefined) checkStepWeights(raw.stepWeights, `${field}.stepWeights`, refuse);
  // `kubernetes` has no steps that could end: it runs its checks ten times instead.
  if (skipAnalysis || provider === 'kubernetes' || given.length !== 1) return;
  if (raw.stepWeights?.length === 0) endless('stepWeights', 'is empty');
  if (raw.stepWeight === 0) endless('stepWeight', 'is 0, so no step moves any traffic');
  if (raw.iterations === 0) endless('iterations', 'is 0, so there is nothing to do');
  if (raw.stepWeight !== undefined && raw.maxWeight !== undefined && raw.maxWeight > 100) {
    endless('maxWeight', `is ${raw.maxWeight}, which no weight reaches`);
  }
}

/** Only the last weight may lie above 100; it counts as 100 (Flagger compatibility). */
function checkStepWeights(weights: readonly number[], field: string, refuse: Refuse): void {
  let previous = 0;
  for (const [index, weight] of weights.entries()) {
    const at = `${field}[${index}]`;
    const tooLarge = weight > 100 && index < weights.length - 1;
    if (!Number.isInteger(weight)) refuse('NotAnInteger', at, `is ${weight}`);
    else if (weight < 1 || tooLarge) refuse('StepsUnordered', at, `is ${weight}, outside 1 to 100`);
    else if (weight <= previous) refuse('StepsUnordered', at, `is ${weight} after ${previous}`);
    previous = weight;
  }
}
