import type { Phase } from '../api/status.ts';
import type { Command } from '../api/steering.ts';
import type { KubeObject } from '../kube/object.ts';
import { statusOf } from './canary-view.ts';
import { placeOf, titleOf } from './steered-canary.ts';

/** Why there is no release that could be promoted, aborted or sped up, and what to do; `undefined` when there is one. */
export function whyNoRelease(canary: KubeObject, verb: Exclude<Command, 'retry'>): string | undefined {
  const found = standingOf(canary);
  return found.at === 'underWay' ? undefined : worded(canary, `there is no release to ${verb}`, found);
}

/** Why there is no failed release to try again, and what to do; `undefined` when there is one. */
export function whyNoFailure(canary: KubeObject): string | undefined {
  const found = standingOf(canary);
  return found.at === 'failed' ? undefined : worded(canary, 'there is no failed release to retry', found);
}

/** Where a Canary stands for whoever wants to steer it, and what to do when that isn't where it should be. */
interface Standing {
  readonly at: 'underWay' | 'failed' | 'elsewhere';
  readonly remedy: string;
}

function standingOf(canary: KubeObject): Standing {
  const { phase, run } = statusOf(canary);
  const place = placeOf(canary);
  const retry = `\`sluice retry ${place}\` releases the failed revision again`;
  if (phase === undefined) {
    return elsewhere(
      'no controller has looked at it yet; is `sluice run` working, and does it look after this namespace?',
    );
  }
  if (phase === 'Failed') return { at: 'failed', remedy: retry };
  if (run?.stage === 'rollingBack') return elsewhere(`it is being rolled back; once it is Failed, ${retry}`);
  if (run?.stage === 'skipping') return elsewhere('it is promoted without an analysis; wait until it is Succeeded');
  if (isUnderWay(phase)) return { at: 'underWay', remedy: `wait for its end, or \`sluice abort ${place}\` ends it` };
  return elsewhere(remedies[phase]);
}

type UnderWay = 'Waiting' | 'Progressing' | 'WaitingPromotion';

function isUnderWay(phase: Phase): phase is UnderWay {
  return phase === 'Waiting' || phase === 'Progressing' || phase === 'WaitingPromotion';
}

const remedies: Readonly<Record<Exclude<Phase, UnderWay | 'Failed'>, string>> = {
  Initializing: 'wait until it is Initialized, and change its target to begin one',
  Initialized: 'change its target to begin one',
  Promoting: 'its new revision is on the way to the primary; wait until it is Succeeded',
  Finalising: 'its new revision is on the primary; wait until it is Succeeded',
  Succeeded: 'change its target to begin one',
  Terminating: 'it is being deleted',
  Terminated: 'it was deleted',
};

function elsewhere(remedy: string): Standing {
  return { at: 'elsewhere', remedy };
}

function worded(canary: KubeObject, lack: string, { remedy }: Standing): string {
  const { phase } = statusOf(canary);
  return `${titleOf(canary)} is ${phase ? `in phase ${phase}` : 'without a phase'}, so ${lack}: ${remedy}`;
}
