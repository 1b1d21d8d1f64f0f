import type { Hook } from '../../api/canary.ts';
import { askHooks, askRollback, openedByHand, type Round } from '../analysis/gates.ts';
import { changeOf, configsLeft, isPromoted, trackedConfigs } from '../change.ts';
import type { Notice } from '../notice.ts';
import { primaryNotReady, primaryReadiness } from '../readiness.ts';
import { isOurs } from '../status.ts';
import { alert, event, move, note, subject, type Turn, targetSubject, type Verdict, wait } from '../turn.ts';
import { expired, isBroken, replaceBroken, rollback } from './fail.ts';
import { pausedByHand } from './steer.ts';

/** What an instant in status may be off, and two clocks that are kept right. */
const ROUNDING_MS = 1_000;
const quiet = 'waiting for a new revision';

/** Nothing is being released. A change of the target or its configs begins a run. */
export function idle(turn: Turn): Verdict {
  const { status } = turn.seen;
  if (!isOurs(status.lastAppliedSpec)) return adopt(turn);
  const change = changeOf(turn.seen);
  const changed = change.revision || change.configs;
  if (status.phase === 'Failed') {
    if (changed || revertedSinceFailure(turn)) return rememberWhileFailed(turn, changed);
    if (!status.run?.pending) return wait(turn, { why: quiet });
  } else if (!changed) {
    return wait(turn, { why: quiet });
  }
  return pausedByHand(turn) ?? begin(turn);
}

/** Asking for approval; the world stays as it is. */
export function asking(turn: Turn): Verdict {
  const change = changeOf(turn.seen);
  if (!change.revision && !change.configs && (isPromoted(turn.seen) || !turn.seen.status.run?.pending)) {
    return move(
      turn,
      { type: 'changeWithdrawn' },
      { next: quiet, evidence: { decision: 'the change was taken back' } },
    );
  }
  const pause = pausedByHand(turn);
  if (pause) return pause;
  if (pausedUntil(turn) && !openedByHand(turn)) {
    return wait(turn, { at: pausedUntil(turn) ?? 0, why: 'asking again for approval' });
  }
  const hooks = askRollback(turn, 'Waiting');
  if (hooks.kind === 'ask') return hooks;
  if (hooks.kind === 'rollback') return rollback(turn, 'the rollback hook asked for it', hooks.say, manualAlert());
  const verdict = begin(turn);
  if (!('act' in verdict)) return verdict;
  return { act: { ...verdict.act, say: [...hooks.say, ...verdict.act.say] } };
}

export function manualAlert(): Notice {
  return alert('warn', 'Rolling back manual webhook invoked');
}

/** The instant before which nothing is to be asked, if it lies ahead. */
export function pausedUntil(turn: Turn): number | undefined {
  const at = Date.parse(turn.seen.status.run?.notBefore ?? '');
  // No pause is longer than an interval: an instant further ahead was told by a clock that was set back since
  const latest = turn.now + turn.canary.analysis.intervalMs + ROUNDING_MS;
  return at > turn.now && at <= latest ? at : undefined;
}

/** Whether nobody keeps a change from beginning: it isn't paused by hand, and every confirm-rollout hook agrees. */
export function agreement(turn: Turn): { readonly shut: Verdict } | Extract<Round, { readonly kind: 'passed' }> {
  const pause = pausedByHand(turn);
  if (pause) return { shut: pause };
  const until = openedByHand(turn) ? undefined : pausedUntil(turn);
  if (until !== undefined) return { shut: wait(turn, { at: until, why: 'asking again for approval' }) };
  const round = askHooks(turn, 'confirm-rollout', turn.seen.status.phase ?? '');
  if (round.kind === 'ask') return { shut: round };
  if (round.kind === 'refused') return { shut: refuse(turn, round.hook, round.say) };
  return round;
}

/** Starts a run if the primary is healthy and every confirm-rollout hook agrees. */
function begin(turn: Turn): Verdict {
  const broken = isBroken(turn);
  const blocked = broken ? undefined : waitsForPrimary(turn);
  if (blocked) return blocked;
  const round = askHooks(turn, 'confirm-rollout', turn.seen.status.phase ?? '');
  if (round.kind === 'ask') return round;
  if (round.kind === 'refused') return expired(turn, round.hook) ?? refuse(turn, round.hook, round.say);
  if (broken) return replaceBroken(turn, round.say, round.used);
  return run(turn, { say: round.say, obeys: round.used, decision: 'a new revision was seen' });
}

/** No run begins on a primary that isn't healthy. */
export function waitsForPrimary(turn: Turn): Verdict | undefined {
  const { canary, seen } = turn;
  if (canary.skipAnalysis) return undefined;
  const readiness = primaryReadiness(seen);
  if (readiness.ready) return undefined;
  const say = event(turn, 'Warning', primaryNotReady(seen, readiness.why), { repeat: 'afterInterval' });
  return wait(turn, { why: 'a change waits for the primary to get ready' }, [say]);
}

/** Why a run begins. */
interface RunGrounds {
  readonly decision: string;
  /** Annotations whose requests it obeys. */
  readonly obeys?: readonly string[];
  /** Who asked for its promotion before it began. */
  readonly promotedBy?: string;
}

/** Begins a run, with what is said of every one. */
export function run(
  turn: Turn,
  { say: before, decision, ...more }: RunGrounds & { readonly say: readonly Notice[] },
): Verdict {
  const { canary } = turn;
  const say = [
    ...before,
    event(turn, 'Normal', `New revision detected! Scaling up ${targetSubject(canary)}`, { phase: 'Progressing' }),
    alert('info', 'New revision detected, progressing canary analysis.', { withFields: true }),
  ];
  return start(turn, 'runStarted', say, { decision, ...more });
}

/** The beginning of a run, also of one that starts over: counters at zero, the change noted as applied. */
export function start(
  turn: Turn,
  type: 'runStarted' | 'revisionChanged',
  say: readonly Notice[],
  { decision, obeys = [], promotedBy }: RunGrounds,
): Verdict {
  return move(
    turn,
    { type },
    {
      applied: turn.seen.revision,
      tracked: trackedConfigs(turn.seen),
      approved: [],
      obeys,
      ...(promotedBy === undefined ? {} : { promotedBy }),
      steps: turn.seen.plan.steps.length,
      next: 'waiting for the canary to get ready',
      evidence: { decision },
    },
    say,
  );
}

function refuse(turn: Turn, { name: hook, muteAlert: muted }: Hook, passed: readonly Notice[]): Verdict {
  const notBefore = turn.now + turn.canary.analysis.intervalMs;
  const pending = turn.seen.status.run?.pending ?? false;
  const held = [`confirm-rollout/${hook}`];
  const change = { notBefore, pending, held, next: `asking ${hook} again for approval` };
  const isNew = turn.stage !== 'asking' && !turn.seen.status.run?.held?.includes(held[0] ?? '');
  if (!isNew) return note(turn, change, passed);
  const say = [
    ...passed,
    event(turn, 'Warning', `Halt ${subject(turn.canary)} advancement waiting for approval ${hook}`),
    ...(muted ? [] : [alert('warn', 'Canary is waiting for approval.')]),
  ];
  if (turn.stage === 'stranded') return note(turn, change, say);
  return move(turn, { type: 'approvalRefused' }, change, say);
}

/** The reference keeps the hashes of a failed Canary up to date, so that the same bad spec can be tried again later. */
function rememberWhileFailed(turn: Turn, pending: boolean): Verdict {
  return note(turn, {
    applied: turn.seen.revision,
    tracked: trackedConfigs(turn.seen),
    pending,
    next: pending ? 'starting the run' : quiet,
  });
}

/** What failed can be tried again once it was taken back. */
function revertedSinceFailure({ seen }: Turn): boolean {
  return isPromoted(seen) && (seen.revision !== seen.status.lastAppliedSpec || configsLeft(seen));
}

/** First contact with a status of the reference: its hashes can't be recomputed, so the present target is taken as known. */
export function adopt(turn: Turn): Verdict {
  const { status, revision } = turn.seen;
  const complete = status.lastAppliedSpec === status.lastPromotedSpec;
  const tracked = status.trackedConfigs ?? trackedConfigs(turn.seen);
  return note(turn, {
    applied: revision,
    ...(complete ? { promoted: revision } : {}),
    tracked,
    promotedConfigs: complete ? tracked : undefined,
    next: quiet,
    evidence: { decision: 'took over from another controller' },
  });
}
