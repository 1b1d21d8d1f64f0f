import type { CheckEvidence, Tallies } from '../../api/status.ts';
import { analysis, preRollout } from '../analysis/checks.ts';
import { askHooks, askRollback, openedByHand, type Round } from '../analysis/gates.ts';
import type { Checked } from '../analysis/round.ts';
import { changeOf, configsLeft } from '../change.ts';
import { decisiveCheck } from '../evidence.ts';
import type { Notice } from '../notice.ts';
import type { Move, Step } from '../plan.ts';
import { canaryNotReady, canaryReadiness, primaryNotReady, primaryReadiness } from '../readiness.ts';
import { alert, event, move, note, subject, type Turn, targetSubject, type Verdict, wait } from '../turn.ts';
import { aborted, hardFailure, waitForData } from './cut-short.ts';
import { canaryDied, expired, primaryDied, rollback } from './fail.ts';
import { manualAlert, pausedUntil, start } from './rest.ts';
import { pausedByHand } from './steer.ts';

/**
 * What must be true before a run may go on: same revision, pods that can run, healthy primary, ready canary.
 * `undefined` when all is well.
 */
export function obstacle(turn: Turn): Verdict | undefined {
  return restart(turn) ?? hardFailure(turn) ?? primaryObstacle(turn) ?? canaryObstacle(turn);
}

/** Scaled up, waiting for the canary. Its first step follows the moment it is ready. */
export function starting(turn: Turn, met: boolean): Verdict {
  const blocked = obstacle(turn);
  if (blocked) return blocked;
  if (!met) return wait(turn, { why: 'waiting for the routes to stand' });
  const pause = pausedByHand(turn);
  if (pause) return pause;
  if (turn.canary.skipAnalysis) return skip(turn);
  return move(turn, { type: 'canaryReady' }, { next: 'first checks' });
}

/** Walks the plan: one step per interval, each after its checks and gates. */
export function analysing(turn: Turn, met: boolean): Verdict {
  const blocked = obstacle(turn);
  if (blocked) return blocked;
  const tooMany = turn.progress.failedChecks >= turn.canary.analysis.threshold && !turn.canary.skipAnalysis;
  if (tooMany) return thresholdReached(turn, [], []);
  const pause = pausedByHand(turn);
  if (pause) return pause;
  if (turn.canary.skipAnalysis) return skip(turn);
  const paused = openedByHand(turn) ? undefined : pausedUntil(turn);
  if (paused) return wait(turn, { at: paused, why: turn.seen.status.next?.why ?? 'next checks' });
  return unsettled(turn, met) ?? nextStep(turn);
}

function restart(turn: Turn): Verdict | undefined {
  // Whatever this run didn't begin with: also what takes it back to what was promoted
  const isSame = turn.seen.revision === turn.seen.status.lastAppliedSpec;
  if (isSame && !changeOf(turn.seen).configs && !configsLeft(turn.seen)) return undefined;
  const text = `New revision detected! Restarting analysis for ${targetSubject(turn.canary)}`;
  return start(turn, 'revisionChanged', [event(turn, 'Normal', text)], {
    decision: 'another revision was seen: start over',
  });
}

function primaryObstacle(turn: Turn): Verdict | undefined {
  if (turn.canary.skipAnalysis) return undefined;
  const readiness = primaryReadiness(turn.seen);
  if (readiness.ready) return undefined;
  if (readiness.permanent && turn.progress.traffic.canary > 0 && canaryReadiness(turn.seen).ready) {
    return primaryDied(turn, readiness.why);
  }
  const text = primaryNotReady(turn.seen, readiness.why);
  if (readiness.permanent) {
    const said = event(turn, 'Warning', text);
    return rollback(turn, text, [said], alert('error', `Progress deadline exceeded ${readiness.why}`));
  }
  const say = event(turn, 'Warning', text, { repeat: 'afterInterval' });
  return wait(turn, { why: 'waiting for the primary to get ready', ...at(readiness.deadlineAt) }, [say]);
}

function canaryObstacle(turn: Turn): Verdict | undefined {
  const readiness = canaryReadiness(turn.seen);
  if (readiness.ready) return undefined;
  const dead = canaryDied(turn);
  if (dead) return dead;
  const say = event(turn, 'Warning', canaryNotReady(turn.seen, readiness.why), { repeat: 'afterInterval' });
  return wait(turn, { why: 'waiting for the canary to get ready', ...at(readiness.deadlineAt) }, [say]);
}

function at(instant: number | undefined): { at?: number } {
  return instant === undefined ? {} : { at: instant };
}

function skip(turn: Turn): Verdict {
  const { canary } = turn;
  const text = `Copying ${targetSubject(canary)} template spec to ${canary.primaryName}.${canary.namespace}`;
  const change = {
    next: 'copying to the primary',
    evidence: { decision: 'promote without analysis, as the spec says' },
  };
  return move(turn, { type: 'skipAsked' }, change, [event(turn, 'Normal', text)]);
}

/** A step counts from when the data plane has taken it over: until then the next one waits a whole interval more. */
function unsettled(turn: Turn, met: boolean): Verdict | undefined {
  if (!met) return wait(turn, { why: 'waiting for the routes to stand' });
  const settled = turn.seen.mesh.settled(turn.canary, turn.seen.live);
  if (settled.settled) return undefined;
  const next = 'waiting for the data plane to take over the routes';
  const held = turn.seen.status.run?.held ?? [];
  return note(turn, { notBefore: inOneInterval(turn), held, next }, [event(turn, 'Warning', settled.waiting)]);
}

function nextStep(turn: Turn): Verdict {
  const plannedStep = turn.seen.plan.steps[turn.progress.step];
  if (!plannedStep) return rollback(turn, 'the plan was shortened while it was walked', [], undefined);
  const hooks = askRollback(turn, turn.progress.phase);
  if (hooks.kind === 'ask') return hooks;
  if (hooks.kind === 'rollback') return rollback(turn, 'the rollback hook asked for it', hooks.say, manualAlert());
  const checks = plannedStep.checks === 'pre-rollout' ? preRollout(turn) : analysis(turn);
  if (checks.kind === 'ask') return checks;
  const round = { ...checks, say: [...hooks.say, ...checks.say] };
  return withTallies(afterChecks(turn, plannedStep, round), checks.tallies);
}

/** What the metrics have been through stands beside whatever was decided. */
function withTallies(verdict: Verdict, tallies: Tallies | undefined): Verdict {
  if (!('act' in verdict) || tallies === undefined) return verdict;
  const { run, ...status } = verdict.act.status;
  if (!run || (run.tallies === undefined && Object.keys(tallies).length === 0)) return verdict;
  const { tallies: _, ...others } = run;
  const next = Object.keys(tallies).length > 0 ? { ...others, tallies } : others;
  return { act: { ...verdict.act, status: { ...status, run: next } } };
}

function afterChecks(turn: Turn, planned: Step, round: Checked): Verdict {
  const { say, evidence, reason } = round;
  switch (round.kind) {
    case 'aborted':
      return aborted(turn, round);
    case 'failed':
      return checkFailed(turn, say, evidence, reason);
    case 'waiting':
      return waitForData(turn, round);
    case 'passed':
      return throughGates(turn, planned, [...say, ...warnings(turn)], evidence);
  }
}

/** What the provider can't do is said when a run takes its first step. */
function warnings(turn: Turn): readonly Notice[] {
  if (turn.progress.step > 0) return [];
  return turn.seen.plan.warnings.map((warning) => event(turn, 'Warning', warning));
}

function checkFailed(turn: Turn, say: readonly Notice[], checks: readonly CheckEvidence[], reason: string): Verdict {
  const { threshold } = turn.canary.analysis;
  const failed = turn.progress.failedChecks + 1;
  const counted: Turn = { ...turn, progress: { ...turn.progress, failedChecks: failed } };
  if (failed >= threshold) return thresholdReached(counted, say, checks);
  const change = {
    notBefore: inOneInterval(turn),
    next: `checks again; ${failed} of ${threshold} failed so far`,
    held: turn.seen.status.run?.held ?? [],
    evidence: { decision: `halt: ${reason}`, checks },
  };
  return move(turn, { type: 'checkFailed' }, change, say);
}

function thresholdReached(turn: Turn, say: readonly Notice[], checks: readonly CheckEvidence[]): Verdict {
  const failed = turn.progress.failedChecks;
  const text = `Rolling back ${subject(turn.canary)} failed checks threshold reached ${failed}`;
  const last = decisiveCheck(checks);
  const details = last === undefined ? [] : [{ name: 'Last failed check', value: last }];
  const notice = alert('error', `Failed checks threshold reached ${failed}`, { details });
  const why = `${failed} failed checks${last === undefined ? '' : `; the last one: ${last}`}`;
  return rollback(turn, why, [...say, event(turn, 'Warning', text)], notice, { checks });
}

/** Asks the gates of the step in order; the move follows when all are open. */
function throughGates(turn: Turn, planned: Step, say: readonly Notice[], checks: readonly CheckEvidence[]): Verdict {
  const passed: Notice[] = [...say];
  let approved = turn.seen.status.run?.approved ?? [];
  const obeys: string[] = [];
  for (const gate of planned.gates) {
    const latched = gate === 'confirm-promotion' ? approved : [];
    const round = askHooks(turn, gate, 'Progressing', latched);
    if (round.kind === 'ask') return round;
    passed.push(...round.say);
    if (round.kind === 'refused') return expired(turn, round.hook) ?? held(turn, gate, round, passed, checks);
    if (gate === 'confirm-promotion') approved = round.approved;
    obeys.push(...round.used);
  }
  return perform(turn, planned.move, { say: passed, checks, approved, obeys });
}

function held(
  turn: Turn,
  gate: Step['gates'][number],
  { hook: { name: hook, muteAlert: muted }, approved, used }: Extract<Round, { readonly kind: 'refused' }>,
  say: readonly Notice[],
  checks: readonly CheckEvidence[],
): Verdict {
  const change = {
    notBefore: inOneInterval(turn),
    held: [`${gate}/${hook}`],
    next: `asking ${hook} again`,
    // A yes that isn't kept is asked for again, and its approval by annotation is still good for that
    ...(gate === 'confirm-promotion' ? { approved, obeys: used } : {}),
  };
  const evidence = { decision: `hold: ${hook} has not approved`, checks };
  const isNew = !turn.seen.status.run?.held?.includes(`${gate}/${hook}`);
  if (gate === 'confirm-traffic-increase') {
    const text = `Halt ${subject(turn.canary)} advancement waiting for traffic increase approval ${hook}`;
    const alerts = muted || !isNew ? [] : [alert('warn', 'Canary traffic increase is waiting for approval.')];
    const said = [...say, event(turn, 'Warning', text), ...alerts];
    return note(turn, isNew ? { ...change, evidence } : change, said);
  }
  if (turn.stage === 'holding') return note(turn, change, say);
  const text = `Halt ${subject(turn.canary)} advancement waiting for promotion approval ${hook}`;
  const alerts = muted ? [] : [alert('warn', 'Canary promotion is waiting for approval.')];
  return move(turn, { type: 'promotionRefused' }, { ...change, evidence }, [
    ...say,
    event(turn, 'Warning', text),
    ...alerts,
  ]);
}

/** What a move rests on. */
interface Grounds {
  readonly say: readonly Notice[];
  readonly checks: readonly CheckEvidence[];
  readonly approved: readonly string[];
  readonly obeys: readonly string[];
  /** Who asked for it, where it doesn't rest on checks. */
  readonly by?: string;
}

/** Does what a step does. */
export function perform(turn: Turn, planned: Move, { say, checks, approved, obeys, by }: Grounds): Verdict {
  const { canary } = turn;
  if (planned.kind === 'promote') {
    const text = `Copying ${targetSubject(canary)} template spec to ${canary.primaryName}.${canary.namespace}`;
    const grounds = by === undefined ? 'the plan is done and its last checks passed' : `asked for by ${by}`;
    const evidence = { decision: `promote: ${grounds}`, checks };
    const change = { approved, obeys, next: 'waiting for the primary to get ready', evidence };
    return move(turn, { type: 'planDone' }, change, [...say, event(turn, 'Normal', text)]);
  }
  const { announce } = planned;
  const text =
    announce && ('advance' in announce ? `Advance ${subject(canary)} canary ${announce.advance}` : announce.sentence);
  const share = planned.mirror ? 'a copy of the traffic' : `${planned.canary} % of the traffic`;
  const asked = by === undefined ? '' : `, asked for by ${by}`;
  const change = {
    approved,
    obeys,
    notBefore: inOneInterval(turn),
    next: `checks before step ${turn.progress.step + 2} of ${turn.seen.plan.steps.length}`,
    evidence: { decision: `advance: ${share} to the canary${asked}`, checks },
  };
  const { kind: _, announce: __, ...traffic } = planned;
  return move(turn, { type: 'advanced', ...traffic }, change, text ? [...say, event(turn, 'Normal', text)] : say);
}

function inOneInterval(turn: Turn): number {
  return turn.now + turn.canary.analysis.intervalMs;
}
