import type { CanaryStatus, Run, Stage } from '../api/status.ts';
import type { Plan } from './plan.ts';
import { isOurs, progressOf, resumeStage } from './status.ts';

/**
 * Gives a status without `run` the one that its public fields mean: written by the reference controller, or kept by a CRD
 * that prunes our fields. A run in the middle of its plan goes on where its weight or iterations say it was; one whose
 * revision can't be compared starts over. A run whose plan is another one by now finds its place in that.
 */
export function resume(status: CanaryStatus, plan: Plan): CanaryStatus {
  if (status.run) return replaced(status, status.run, plan);
  if (status.phase === undefined) return status;
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
      derived: true,
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

/** The spec may give a run other steps while it is on: it goes on with the first one that is further than it is. */
function replaced(status: CanaryStatus, run: Run, plan: Plan): CanaryStatus {
  if (run.step === 0 || (run.stage !== 'analysing' && run.stage !== 'holding')) return status;
  const { canaryWeight, iterations } = status;
  const done = plan.steps[run.step - 1]?.move;
  if (done?.kind === 'traffic' && done.weight === canaryWeight && done.iterations === iterations) return status;
  const step = plan.steps.findIndex(({ move }) => {
    return move.kind === 'promote' || move.weight > canaryWeight || move.iterations > iterations;
  });
  return { ...status, run: { ...run, step, steps: plan.steps.length } };
}
