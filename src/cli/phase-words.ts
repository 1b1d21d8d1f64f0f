import type { CanaryStatus, Stage } from '../api/status.ts';

/** Where a Canary stands, as a sentence. */
export function phaseWords({ phase, run, canaryWeight }: CanaryStatus): string {
  if (run?.stage === 'rollingBack') return 'The run failed; its traffic goes back to the primary.';
  if (phase === undefined) {
    return 'No controller has looked at it yet. Is `sluice run` working, and does it look after this namespace?';
  }
  switch (phase) {
    case 'Initializing':
      return 'The primary is being made from the target.';
    case 'Initialized':
      return 'Ready: the primary serves all traffic, and a change of the target starts a run.';
    case 'Waiting':
      return 'There is a new revision; a gate must confirm before its run starts.';
    case 'Progressing':
      return progressWords(run?.stage);
    case 'WaitingPromotion':
      return 'The analysis passed; a gate must approve before the new revision is promoted.';
    case 'Promoting':
      return 'The new revision is good and is being copied to the primary.';
    case 'Finalising':
      return 'The new revision is on the primary; what the run needed is being put away.';
    case 'Succeeded':
      return 'The last run ended well: the primary serves its revision to everybody.';
    case 'Failed':
      return canaryWeight === 100
        ? 'The promotion failed; traffic stays on the canary because the primary is broken.'
        : 'The last run failed: the primary serves the revision before it to everybody.';
    case 'Terminating':
      return 'It is being deleted; the target gets its traffic back.';
    case 'Terminated':
      return 'It was deleted; the target has its traffic back.';
  }
}

function progressWords(stage: Stage | undefined): string {
  if (stage === 'starting') return 'There is a new revision; it is being started.';
  if (stage === 'holding') return 'The new revision is held at its weight until a gate opens.';
  return 'The new revision gets traffic step by step and is measured.';
}
