import type { CanaryStatus, Phase } from '../api/status.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { relative } from './relative-time.ts';
import type { Colour } from './terminal.ts';

/** `status` of a raw Canary; an empty one when no controller has written it. */
export function statusOf(object: KubeObject): CanaryStatus {
  const raw = object['status'] as Partial<CanaryStatus> | undefined;
  return { canaryWeight: 0, failedChecks: 0, iterations: 0, ...raw };
}

/** `3/10`, or nothing when no plan is being followed. */
export function stepOf({ run }: CanaryStatus): string {
  return run && run.steps > 0 ? `${Math.min(run.step, run.steps)}/${run.steps}` : '';
}

/** What the Canary waits for and, where time decides, when: `in 8s: checks before step 3 of 5`. */
export function nextOf({ next }: CanaryStatus, nowMs: number): string {
  if (!next) return '';
  const at = Date.parse(next.at ?? '');
  if (Number.isNaN(at)) return next.why;
  return at > nowMs ? `${relative(next.at, nowMs)}: ${next.why}` : `due: ${next.why}`;
}

/** Green for what went well, red for what went badly, yellow for what waits for somebody. */
export function phaseColour(phase: Phase | undefined): Colour | undefined {
  switch (phase) {
    case 'Initialized':
    case 'Succeeded':
      return 'green';
    case 'Failed':
      return 'red';
    case 'Waiting':
    case 'WaitingPromotion':
      return 'yellow';
    case 'Initializing':
    case 'Progressing':
    case 'Promoting':
    case 'Finalising':
    case 'Terminating':
      return 'cyan';
    case 'Terminated':
    case undefined:
      return undefined;
  }
}

/** Kind and name of the target: `Deployment/podinfo`. */
export function targetOf(object: KubeObject): string {
  return `${dig(object, 'spec', 'targetRef', 'kind') ?? '?'}/${dig(object, 'spec', 'targetRef', 'name') ?? '?'}`;
}
