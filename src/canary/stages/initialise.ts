import type { StringMap } from '../../kube/object.ts';
import { primaryEqualsTarget, trackedConfigs } from '../change.ts';
import { checksum, copyRefOf } from '../configs.ts';
import { digest } from '../digest.ts';
import type { Notice } from '../notice.ts';
import type { Scene } from '../observation.ts';
import { answerTo, type Question } from '../question.ts';
import { primaryNotReady, primaryReadiness } from '../readiness.ts';
import { alert, event, move, subject, type Turn, type Verdict, wait } from '../turn.ts';
import { untilSettled } from './settle.ts';

const probe: Extract<Question, { readonly kind: 'probe' }> = { kind: 'probe', id: 'probe' };

/** The primary and its Services are made; the target and its traffic are left alone until the primary is ready. */
export function creating(turn: Turn, met: boolean): Verdict {
  const readiness = primaryReadiness(turn.seen);
  if (!readiness.ready) {
    const say = event(turn, 'Warning', primaryNotReady(turn.seen, readiness.why), { repeat: 'afterInterval' });
    const at = readiness.deadlineAt;
    return wait(turn, { why: 'waiting for the primary to get ready', ...(at === undefined ? {} : { at }) }, [say]);
  }
  if (!met) return wait(turn, { why: 'making the primary as the target is now' });
  if (turn.canary.skipAnalysis) return takeOver(turn, []);
  const answer = answerTo(turn.answers, probe);
  if (!answer) return { ask: [probe] };
  const said = answer.ok
    ? event(turn, 'Normal', 'all the metrics providers are available!')
    : event(turn, 'Warning', `Error checking metric providers: ${answer.error}`);
  return takeOver(turn, [said]);
}

function takeOver(turn: Turn, say: readonly Notice[]): Verdict {
  const { revision } = turn.seen;
  const tracked = trackedConfigs(turn.seen);
  const madeFrom = { revision, ...(tracked && { trackedConfigs: tracked }) };
  return move(turn, { type: 'primaryReady' }, { madeFrom, next: 'sending all traffic to the primary' }, say);
}

/** Apex and routes point to the primary, then the target goes to zero; said only when it is so. */
export function takingOver(turn: Turn, met: boolean): Verdict {
  if (!met)
    return wait(turn, {
      ...untilSettled(turn),
      why: 'waiting for traffic to be on the primary and the target to be at zero',
    });
  const unread = copiesUnread(turn.seen);
  if (unread.some(({ id }) => turn.answers.has(id))) return wait(turn, { why: 'waiting for the cache to catch up' });
  if (unread.length > 0) return { ask: unread };
  const { revision, tracked } = promotedBefore(turn.seen);
  const done = move(
    turn,
    { type: 'tookOver' },
    {
      applied: revision,
      promoted: revision,
      tracked,
      promotedConfigs: tracked,
      next: 'waiting for a new revision',
      evidence: { decision: 'initialised: the primary serves all traffic' },
    },
  );
  if (!('act' in done)) return done;
  const { status } = done.act;
  const say = [
    event(turn, 'Normal', `Initialization done! ${subject(turn.canary)}`, { phase: 'Initialized', status }),
    alert('info', `New ${turn.canary.target.kind} detected, initialization completed.`, { withFields: true }),
  ];
  return { act: { ...done.act, say } };
}

/**
 * What the primary runs counts as promoted; a target that has changed since then is a release of its own. So is one that an
 * inherited primary doesn't equal: nobody knows which revision that runs, only that it isn't this one.
 */
function promotedBefore(seen: Scene): { readonly revision: string; readonly tracked: StringMap | undefined } {
  const { madeFrom, inherited } = seen.status.run ?? {};
  if (!inherited) {
    return {
      revision: madeFrom?.revision ?? seen.revision,
      tracked: madeFrom ? madeFrom.trackedConfigs : trackedConfigs(seen),
    };
  }
  const copies = seen.configs.flatMap(({ key, copied }) => (copied ? [[key, checksum(copied)] as const] : []));
  return {
    revision: primaryEqualsTarget(seen) ? seen.revision : digest({ of: seen.primary?.metadata.uid }),
    tracked: seen.tracksConfigs ? Object.fromEntries(copies) : undefined,
  };
}

/** Nobody has read yet with which configs an inherited primary runs. */
function copiesUnread({ status, configs }: Scene): readonly Extract<Question, { readonly kind: 'config' }>[] {
  if (!status.run?.inherited) return [];
  return configs.flatMap((config) => {
    if (!config.copy || config.copied) return [];
    return [{ kind: 'config', id: `copy/${config.key}`, config: { ...config, ref: copyRefOf(config.ref) } } as const];
  });
}
