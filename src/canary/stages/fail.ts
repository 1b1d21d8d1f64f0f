import { type Hook, isCalled } from '../../api/canary.ts';
import type { CheckEvidence } from '../../api/status.ts';
import { hooksOf, isExpired } from '../analysis/gates.ts';
import { changeOf, trackedConfigs } from '../change.ts';
import type { Notice } from '../notice.ts';
import type { Observation } from '../observation.ts';
import { canaryNotReady, canaryReadiness, primaryNotReady, primaryReadiness } from '../readiness.ts';
import { isOurs } from '../status.ts';
import { alert, event, hookPayload, move, subject, type Turn, targetSubject, type Verdict, wait } from '../turn.ts';
import { adopt, agreement, run } from './rest.ts';
import { untilSettled } from './settle.ts';

/** Sets out to take everything back to the primary. Told at once; `Failed` is shown when it is so. */
export function rollback(
  turn: Turn,
  why: string,
  say: readonly Notice[],
  notice: Notice | undefined,
  { checks = [], obeys = [] }: { readonly checks?: readonly CheckEvidence[]; readonly obeys?: readonly string[] } = {},
): Verdict {
  // A change that was turned down before its run began counts as tried, or it would be asked about again at once
  const tried = { applied: turn.seen.revision, tracked: trackedConfigs(turn.seen) };
  return move(
    turn,
    { type: 'runFailed', why },
    {
      ...(turn.stage === 'asking' ? tried : {}),
      obeys,
      next: 'taking all traffic back to the primary',
      evidence: { decision: `roll back: ${why}`, checks },
    },
    [...say, ...(notice ? [notice] : [])],
  );
}

/** A gate that stayed shut for too long turns the change down. */
export function expired(turn: Turn, gate: Hook): Verdict | undefined {
  if (!isExpired(turn, gate)) return undefined;
  const why = `${gate.name} did not approve within ${(gate.expiryMs ?? 0) / 1000}s`;
  const said = event(turn, 'Warning', `Rolling back ${subject(turn.canary)} ${why}`);
  return rollback(turn, why, [said], alert('warn', `Rolling back, ${why}`));
}

/** A canary whose pods didn't get ready within the deadline. */
export function canaryDied(turn: Turn): Verdict | undefined {
  const readiness = canaryReadiness(turn.seen);
  if (readiness.ready || !readiness.permanent) return undefined;
  const text = canaryNotReady(turn.seen, readiness.why);
  const said = event(turn, 'Warning', text);
  return rollback(turn, text, [said], alert('error', `Progress deadline exceeded ${readiness.why}`));
}

/** Routes at 100/0 first, then the target at zero. */
export function rollingBack(turn: Turn, met: boolean): Verdict {
  if (!met) return wait(turn, { ...untilSettled(turn), why: 'waiting for all traffic to be on the primary' });
  const why = turn.progress.failure ?? 'the run failed';
  const done = move(
    turn,
    { type: 'rolledBack' },
    { next: 'waiting for a new revision', evidence: { decision: `rolled back: ${why}` } },
  );
  if (!('act' in done)) return done;
  const { status } = done.act;
  const gone = event(turn, 'Warning', `Canary failed! Scaling down ${subject(turn.canary)}`, { phase: 'Failed' });
  // The end of a run that had failed before was told then
  if (turn.progress.phase === 'Failed') return { act: { ...done.act, say: [gone] } };
  const say: Notice[] = [
    gone,
    { kind: 'finished', outcome: 'failed', how: 'completed' },
    ...postRollout(turn, hookPayload(turn.canary, status, 'Failed')),
  ];
  return { act: { ...done.act, say } };
}

/** Hooks that are told how a run ended. */
export function postRollout(turn: Turn, payload: ReturnType<typeof hookPayload>): readonly Notice[] {
  const hooks = hooksOf(turn, 'post-rollout').filter(isCalled);
  return hooks.length > 0 ? [{ kind: 'hooks', hooks, payload }] : [];
}

/**
 * The primary broke while it took over the new revision: all traffic goes to the canary, if that is healthy. If it isn't
 * either, what still runs of the primary is all there is.
 */
export function promotionFailed(turn: Turn, why: string): Verdict {
  const canary = canaryReadiness(turn.seen).ready ? 100 : 0;
  const say: Notice[] = [
    event(turn, 'Warning', `Promotion of ${targetSubject(turn.canary)} failed, primary not ready: ${why}`),
    alert('error', `Promotion failed, primary not ready: ${why}`),
    { kind: 'finished', outcome: 'failed', how: 'completed' },
    ...postRollout(turn, hookPayload(turn.canary, turn.seen.status, 'Failed')),
  ];
  const side = canary === 100 ? 'the canary because the primary is broken' : 'what runs of the primary';
  return move(
    turn,
    { type: 'promotionFailed', why, canary },
    {
      next: `waiting for a new revision; traffic stays on ${side}`,
      evidence: { decision: `promotion failed: ${why}` },
    },
    say,
  );
}

/** The primary died in the midst of a run: what traffic the healthy canary has stays there, and gets no more. */
export function primaryDied(turn: Turn, why: string): Verdict {
  const say: Notice[] = [
    event(turn, 'Warning', primaryNotReady(turn.seen, why)),
    event(turn, 'Warning', `Halt ${subject(turn.canary)} advancement, the primary broke: its traffic stays as it is`),
    alert('error', `Progress deadline exceeded ${why}`),
    { kind: 'finished', outcome: 'failed', how: 'completed' },
    ...postRollout(turn, hookPayload(turn.canary, turn.seen.status, 'Failed')),
  ];
  return move(
    turn,
    { type: 'primaryDied', why },
    {
      next: 'waiting for a new revision; traffic stays as it is because the primary is broken',
      evidence: { decision: `the primary broke: ${why}` },
    },
    say,
  );
}

/** Broken primary, traffic on the canary. The next revision is promoted over it, or runs as usual once it is healthy. */
export function stranded(turn: Turn): Verdict {
  if (!isOurs(turn.seen.status.lastAppliedSpec)) return adopt(turn);
  const change = changeOf(turn.seen);
  const { ready } = primaryReadiness(turn.seen);
  const lost = ready && turn.progress.traffic.canary > 0 ? homeward(turn) : undefined;
  if (!change.revision && !change.configs) {
    return (
      lost ?? wait(turn, { why: turn.seen.status.next?.why ?? 'the primary is broken; waiting for a new revision' })
    );
  }
  const agreed = agreement(turn);
  if ('shut' in agreed) return 'act' in agreed.shut ? (lost ?? agreed.shut) : agreed.shut;
  if (ready) return run(turn, { say: agreed.say, obeys: agreed.used, decision: 'a new revision was seen' });
  return replaceBroken(turn, agreed.say, agreed.used);
}

/** Whether the primary is broken by a promotion: no run can be measured against it, and nobody is lost by replacing it. */
export function isBroken({ seen, canary }: Turn): boolean {
  const readiness = primaryReadiness(seen);
  return !readiness.ready && readiness.permanent && seen.status.run?.overwritten !== undefined && !canary.skipAnalysis;
}

/** A new revision goes right over a primary that is broken. */
export function replaceBroken(turn: Turn, before: readonly Notice[], obeys: readonly string[]): Verdict {
  const say = [
    ...before,
    event(turn, 'Normal', `New revision detected! Scaling up ${targetSubject(turn.canary)}`, { phase: 'Progressing' }),
    alert('info', 'New revision detected, progressing canary analysis.', { withFields: true }),
  ];
  return promoteOver(turn, { say, obeys, decision: 'promote the new revision over the broken primary' });
}

/** A primary that answers again has the traffic back when it still is as it was promoted, or when the canary is lost. */
function homeward(turn: Turn): Verdict | undefined {
  const { canary, status } = turn.seen;
  const readiness = canaryReadiness(turn.seen);
  if (!readiness.ready) return handBack(turn, canaryNotReady(turn.seen, readiness.why));
  return status.run?.overwritten === undefined
    ? handBack(turn, `${canary.primaryName}.${canary.namespace} is healthy again`, 'info')
    : undefined;
}

/** All traffic of a canary that has failed its primary goes back there: it has nobody else to go to. */
export function handBack<Seen extends Observation>(
  turn: Turn<Seen>,
  why: string,
  severity: 'info' | 'error' = 'error',
): Verdict {
  const change = {
    next: 'taking all traffic back to the primary',
    evidence: { decision: `all traffic back to the primary: ${why}` },
  };
  return move(turn, { type: 'runFailed', why }, change, [
    event(turn, severity === 'info' ? 'Normal' : 'Warning', why),
    alert(severity, `All traffic goes back to the primary: ${why}`),
  ]);
}

/** The revision of the target replaces a primary that is broken. */
export function promoteOver(
  turn: Turn,
  { say, obeys, decision }: { say: readonly Notice[]; obeys: readonly string[]; decision: string },
): Verdict {
  return move(
    turn,
    { type: 'promotedOver' },
    {
      applied: turn.seen.revision,
      tracked: trackedConfigs(turn.seen),
      next: 'waiting for the primary to get ready',
      obeys,
      evidence: { decision },
    },
    say,
  );
}
