import type { CanaryStatus, Run, Stage } from '../api/status.ts';
import type { Plan } from './plan.ts';
import { isOurs, progressOf, resumeStage } from './status.ts';

/**
 * Gives a status without `run` the one that its public fields mean: written by the reference controller, or kept by a CRD
 * that prunes our fields. A run in the middle of its plan goes on where its weight or iterations say it was; one whose
 * revision can't be compared starts over.
 */
export function resume(status: CanaryStatus, plan: Plan): CanaryStatus {
  if (status.run || status.phase === undefined) return status;
  const { number, traffic } = progressOf(status);
  const run = (stage: Stage, step: number, flow: Run['traffic']): CanaryStatus => ({
    ...status,
    run: {
      stage,
      since: status.lastTransitionTime ?? '',
      number,
      step,
      steps: plan.steps.length,
      traffic: flow,
    },
  });
  const running = status.phase === 'Progressing' || status.phase === 'WaitingPromotion';
  if (running && isOurs(status.lastAppliedSpec)) {
    const reached = plan.steps.findIndex(
      ({ move }) =>
        move.kind === 'traffic' &&
        move.weight === status.canaryWeight &&
        move.iterations === status.iterations &&
        move.weight + move.iterations > 0,
    );
    const move = plan.steps[reached]?.move;
    if (move?.kind === 'traffic') {
      const stage = status.phase === 'Progressing' ? 'analysing' : 'holding';
      return run(stage, reached + 1, { canary: move.canary, mirror: move.mirror });
    }
  }
  return run(resumeStage(status.phase, status.canaryWeight), 0, traffic);
}
