import type { CanaryStatus } from '../../../api/status.ts';
import { COMMAND, PAUSE } from '../../../api/steering.ts';
import type { KubeObject } from '../../../kube/object.ts';
import type { Written } from './controller-view.ts';

/** Which word of a command a write of the status obeys, if any, and what is wrong with how people were heard. */
export interface Heard {
  readonly word: string | undefined;
  readonly faults: readonly string[];
}

/** What people told the Canary by annotations, compared with what the controller made of it. */
export class Orders {
  readonly #obeyed = new Set<string>();

  /** To be called with each write of the status. A story says nothing twice in the same words. */
  hear({ before, after }: Written): Heard {
    const [was, is] = [statusOf(before), statusOf(after)];
    const [old, next] = [was?.run, is?.run];
    const added = (next?.obeyed ?? []).filter((each) => !old?.obeyed?.includes(each));
    const faults = added.filter((each) => this.#obeyed.has(each)).map(() => 'obeys the same command twice');
    for (const each of added) this.#obeyed.add(each);
    const order = before?.metadata.annotations?.[COMMAND];
    const word = added.length > 0 ? order?.split(';')[0] : undefined;
    const sameRun = old?.number === next?.number;
    const moved = old?.stage !== next?.stage || !sameRun || old?.step !== next?.step;
    const revision = order && /revision=(\w+)/.exec(order)?.[1];
    if (word && moved && revision && revision !== was?.lastAppliedSpec)
      faults.push(`obeys ${word}, which was meant for another revision`);
    const promised = old?.promotedBy === undefined && next?.promotedBy !== undefined;
    if (promised && word !== 'promote') faults.push('promises a promotion that nobody asked for');
    const byHand = word !== undefined || old?.promotedBy !== undefined;
    if (before?.metadata.annotations?.[PAUSE] !== undefined && !byHand) {
      const further = sameRun && onward.has(next?.stage ?? '') && (next?.step ?? 0) > (old?.step ?? 0);
      const promotes = onward.has(old?.stage ?? '') && (next?.stage === 'promoting' || next?.stage === 'skipping');
      if (further || promotes) faults.push('goes a step on while it is paused');
      if (!sameRun && quiet.has(old?.stage ?? '')) faults.push('begins a run while it is paused');
      if (sameRun && (is?.failedChecks ?? 0) > (was?.failedChecks ?? 0))
        faults.push('counts checks while it is paused');
    }
    return { word, faults };
  }
}

const onward = new Set(['analysing', 'holding']);
const quiet = new Set(['idle', 'asking', 'stranded']);

function statusOf(object: KubeObject | undefined): CanaryStatus | undefined {
  return object?.['status'] as CanaryStatus | undefined;
}
