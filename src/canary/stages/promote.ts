import { configsLeft, primaryEqualsTarget, trackedConfigs } from '../change.ts';
import { promotionId } from '../desired.ts';
import type { Notice } from '../notice.ts';
import { canaryReadiness, primaryNotReady, primaryReadiness } from '../readiness.ts';
import { isOurs } from '../status.ts';
import {
  alert,
  event,
  hookPayload,
  move,
  note,
  subject,
  type Turn,
  targetSubject,
  type Verdict,
  wait,
} from '../turn.ts';
import { canaryDied, postRollout, promotionFailed } from './fail.ts';
import { pausedUntil, start } from './rest.ts';
import { untilSettled } from './settle.ts';

/** The primary takes over the target's spec; traffic stays where it is until the primary is ready. */
export function promoting(turn: Turn, met: boolean): Verdict {
  const { sides, status, revision } = turn.seen;
  const id = promotionId(turn.canary, status.lastAppliedSpec ?? '', turn.progress.number, status.trackedConfigs);
  const copied = sides.promoted(id);
  if (!copied && !isOurs(status.lastAppliedSpec)) return takenOver(turn);
  const health = primaryReadiness(turn.seen);
  // Promoted over a broken primary, which must not get the traffic back: aim at the newer revision instead
  if (!copied && revision !== status.lastAppliedSpec && !health.ready && health.permanent) {
    const change = { applied: revision, tracked: trackedConfigs(turn.seen), next: 'copying the spec to the primary' };
    return note(turn, change);
  }
  if (!copied && (revision !== status.lastAppliedSpec || configsLeft(turn.seen))) {
    const text = `New revision detected! Restarting analysis for ${targetSubject(turn.canary)}`;
    return start(turn, 'revisionChanged', [event(turn, 'Normal', text)], {
      decision: 'another revision was seen: start over',
    });
  }
  const primaryIsBroken = copied && !health.ready && health.permanent;
  const dead = turn.progress.traffic.canary > 0 && !primaryIsBroken ? canaryDied(turn) : undefined;
  if (dead) return dead;
  const blocked = unhealthyPrimary(turn);
  if (copied && blocked) return blocked;
  if (!copied || !met) return wait(turn, { why: 'copying the spec to the primary' });
  return move(turn, { type: 'primaryPromoted' }, { next: 'sending the traffic back to the primary' });
}

/**
 * A promotion that another controller began. Its hash can't be compared: it goes on when the primary got the target's spec
 * already, and starts over otherwise, since nobody knows whether this revision was ever measured.
 */
function takenOver(turn: Turn): Verdict {
  if (!primaryEqualsTarget(turn.seen)) {
    return start(turn, 'revisionChanged', [], { decision: 'took over from another controller: start over' });
  }
  const evidence = { decision: 'took over from another controller: the primary has the new revision' };
  const change = { applied: turn.seen.revision, tracked: trackedConfigs(turn.seen), evidence };
  return note(turn, { ...change, next: 'waiting for the primary to get ready' });
}

/** The primary runs the new revision: traffic returns, at once or by `stepWeightPromotion` per interval. */
export function returning(turn: Turn, met: boolean): Verdict {
  const blocked = unhealthyPrimary(turn);
  if (blocked) return blocked;
  // A canary that died keeps no users for the sake of a gentle return
  const alone = !canaryReadiness(turn.seen).ready;
  const paused = alone ? undefined : pausedUntil(turn);
  if (paused) return wait(turn, { at: paused, why: 'next step of the return' });
  if (!met) return wait(turn, { why: 'waiting for the routes to stand' });
  const { traffic } = turn.progress;
  if (traffic.canary === 0) return returned(turn);
  return stepBack(turn, traffic.canary, alone ? 0 : turn.canary.analysis.stepWeightPromotion);
}

function stepBack(turn: Turn, present: number, by: number): Verdict {
  const canary = by > 0 ? Math.max(present - by, 0) : 0;
  const text =
    by > 0 ? `Advance ${subject(turn.canary)} primary weight ${100 - canary}` : 'Routing all traffic to primary';
  const notBefore = canary > 0 ? turn.now + turn.canary.analysis.intervalMs : undefined;
  const change = { notBefore, next: canary > 0 ? 'next step of the return' : 'all traffic on the primary' };
  return move(turn, { type: 'returnStepped', canary }, change, [event(turn, 'Normal', text)]);
}

function returned(turn: Turn): Verdict {
  return move(
    turn,
    { type: 'trafficReturned' },
    { next: 'scaling the target to zero', evidence: { decision: 'all traffic is back on the primary' } },
  );
}

/** No traffic on the canary any more; it goes to zero. */
export function draining(turn: Turn, met: boolean): Verdict {
  // A primary that breaks once the canary is on its way to zero has no other copy to hand its traffic to
  const blocked = canaryReadiness(turn.seen).ready ? unhealthyPrimary(turn) : undefined;
  if (blocked) return blocked;
  if (!met) return wait(turn, { ...untilSettled(turn), why: 'waiting for the target to be at zero' });
  const text = `Promotion completed! Scaling down ${targetSubject(turn.canary)}`;
  return succeed(turn, 'completed', text, 'Canary analysis completed successfully, promotion finished.');
}

/** `skipAnalysis`: routes at the primary, spec copied, target to zero, in one stage. */
export function skipping(turn: Turn, met: boolean): Verdict {
  const { sides, status, revision } = turn.seen;
  const id = promotionId(turn.canary, status.lastAppliedSpec ?? '', turn.progress.number, status.trackedConfigs);
  const copied = sides.promoted(id);
  if (!copied && (revision !== status.lastAppliedSpec || configsLeft(turn.seen))) {
    return start(turn, 'revisionChanged', [], { decision: 'another revision was seen: start over' });
  }
  if (!copied || !met) return wait(turn, { ...untilSettled(turn), why: 'copying the spec to the primary' });
  const text = `Promotion completed! Canary analysis was skipped for ${targetSubject(turn.canary)}`;
  return succeed(turn, 'skipped', text, 'Canary analysis was skipped, promotion finished.');
}

function succeed(turn: Turn, how: 'completed' | 'skipped', text: string, alertText: string): Verdict {
  const { status } = turn.seen;
  const done = move(
    turn,
    { type: 'drained' },
    {
      ...(status.lastAppliedSpec === undefined ? {} : { promoted: status.lastAppliedSpec }),
      promotedConfigs: status.trackedConfigs,
      next: 'waiting for a new revision',
      evidence: { decision: 'promoted' },
    },
  );
  if (!('act' in done)) return done;
  const say: Notice[] = [
    { kind: 'finished', outcome: 'succeeded', how },
    ...postRollout(turn, hookPayload(turn.canary, done.act.status, 'Succeeded')),
    event(turn, 'Normal', text, { phase: 'Succeeded', status: done.act.status }),
    alert('info', alertText),
  ];
  return { act: { ...done.act, say } };
}

function unhealthyPrimary(turn: Turn): Verdict | undefined {
  const readiness = primaryReadiness(turn.seen);
  if (readiness.ready) return undefined;
  if (readiness.permanent) return promotionFailed(turn, readiness.why);
  const say = event(turn, 'Warning', primaryNotReady(turn.seen, readiness.why), { repeat: 'afterInterval' });
  const at = readiness.deadlineAt;
  return wait(turn, { why: 'waiting for the primary to get ready', ...(at === undefined ? {} : { at }) }, [say]);
}
