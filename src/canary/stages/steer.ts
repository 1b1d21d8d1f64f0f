import type { Stage } from '../../api/status.ts';
import { type Command, commands, type Said, sayerOf, steeringOf } from '../../api/steering.ts';
import { isDoubtful, isObeyed } from '../obeyed.ts';
import { primaryReadiness } from '../readiness.ts';
import { alert, event, note, subject, type Turn, type Verdict, wait } from '../turn.ts';
import { obstacle, perform } from './analyse.ts';
import { isBroken, promoteOver, rollback } from './fail.ts';
import { run, waitsForPrimary } from './rest.ts';

const PAUSE = 'pause';

/** Stages of a run that somebody may still end, or speed up. */
const steerable: ReadonlySet<Stage> = new Set(['asking', 'starting', 'analysing', 'holding']);

/** Carries out the command that stands in an annotation; `undefined` when there is none, or when its time will come later. */
export function commanded(turn: Turn): Verdict | undefined {
  const { status, object } = turn.seen;
  const { command } = steeringOf(object);
  if (!command || isObeyed(status, command)) return promised(turn);
  if ('unknown' in command) {
    return refused(turn, command.key, `"${command.unknown}" is none of ${commands.join(', ')}`);
  }
  if (command.revision !== undefined && command.revision !== status.lastAppliedSpec) {
    return refused(turn, command.key, `${command.word} was meant for another revision`);
  }
  if (isDoubtful(status, command)) {
    return refused(turn, command.key, `${command.word} may have been obeyed already; ask again with a later at`);
  }
  if (command.word === 'retry') return retry(turn, command);
  if (!steerable.has(turn.stage)) {
    return refused(turn, command.key, `there is no release to ${command.word} in phase ${status.phase}`);
  }
  return obey(turn, command);
}

/** An abort is obeyed also where nothing else can be decided. */
export function abortAsked(turn: Turn): Verdict | undefined {
  const { command } = steeringOf(turn.seen.object);
  if (!command || !('word' in command) || command.word !== 'abort') return undefined;
  return isObeyed(turn.seen.status, command) ? undefined : commanded(turn);
}

/** A run that somebody paused stays where it is: nothing is asked, measured or counted, and its routes are kept as they are. */
export function pausedByHand(turn: Turn): Verdict | undefined {
  const { run: { held = [], pending = false, notBefore } = {}, ...status } = turn.seen.status;
  const { pause, command } = steeringOf(turn.seen.object);
  const asked = command && 'word' in command && command.word === 'promote' && !isObeyed(turn.seen.status, command);
  const promoted = asked || turn.seen.status.run?.promotedBy !== undefined;
  const noted = held.includes(PAUSE);
  const kept = { pending, ...(notBefore === undefined ? {} : { notBefore: Date.parse(notBefore) }) };
  if (!pause) {
    if (!noted) return undefined;
    const change = { ...kept, held: held.filter((each) => each !== PAUSE), next: status.next?.why ?? 'going on' };
    const evidence = { decision: 'resumed' };
    return note(turn, { ...change, evidence }, [event(turn, 'Normal', `Resumed ${subject(turn.canary)}`)]);
  }
  if (promoted) return undefined;
  const who = sayerOf(pause);
  if (noted) return wait(turn, { why: `paused by ${who}` });
  const change = {
    ...kept,
    held: [...held, PAUSE],
    next: `paused by ${who}`,
    evidence: { decision: `paused by ${who}` },
  };
  return note(turn, change, [event(turn, 'Normal', `Paused ${subject(turn.canary)} by ${who}`)]);
}

function obey(turn: Turn, said: Said<Command>): Verdict | undefined {
  const who = sayerOf(said);
  const { canary } = turn;
  if (said.word === 'abort') {
    const text = `Rolling back ${subject(canary)} aborted by ${who}`;
    const notice = alert('warn', `Rolling back, aborted by ${who}`);
    return rollback(turn, `aborted by ${who}`, [event(turn, 'Warning', text)], notice, { obeys: [said.key] });
  }
  if (turn.stage === 'asking') {
    const grounds = { obeys: [said.key], decision: `a new revision, let through by ${who}` };
    const promise = said.word === 'promote' ? { promotedBy: who } : {};
    return waitsForPrimary(turn) ?? run(turn, { say: [], ...grounds, ...promise });
  }
  if (turn.stage === 'starting') return undefined;
  const planned = turn.seen.plan.steps[turn.progress.step]?.move;
  const move = said.word === 'promote' ? ({ kind: 'promote' } as const) : planned;
  const blocked = obstacle(turn);
  if (blocked || !move) return blocked;
  const approved = turn.seen.status.run?.approved ?? [];
  return perform(turn, move, { say: [], checks: [], approved, obeys: [said.key], by: who });
}

/** A promotion that was asked for before its run began. */
function promised(turn: Turn): Verdict | undefined {
  const { promotedBy: by, approved = [] } = turn.seen.status.run ?? {};
  if (by === undefined || (turn.stage !== 'analysing' && turn.stage !== 'holding')) return undefined;
  return obstacle(turn) ?? perform(turn, { kind: 'promote' }, { say: [], checks: [], approved, obeys: [], by });
}

/** The revision that failed gets another run, although nothing has changed. */
function retry(turn: Turn, said: Said<Command>): Verdict {
  const grounds = {
    say: [],
    obeys: [said.key],
    decision: `the failed revision again, asked for by ${sayerOf(said)}`,
  };
  const { phase } = turn.seen.status;
  if (turn.stage === 'stranded') {
    return primaryReadiness(turn.seen).ready ? run(turn, grounds) : promoteOver(turn, grounds);
  }
  if (turn.stage !== 'idle' || phase !== 'Failed') {
    return refused(turn, said.key, `there is no failed release to retry in phase ${phase}`);
  }
  return isBroken(turn) ? promoteOver(turn, grounds) : (waitsForPrimary(turn) ?? run(turn, grounds));
}

/** Said once, and not tried again. */
function refused(turn: Turn, key: string, why: string): Verdict {
  const { run: { held = [], pending = false, notBefore } = {}, next } = turn.seen.status;
  const kept = { held, pending, ...(notBefore === undefined ? {} : { notBefore: Date.parse(notBefore) }) };
  const warning = event(turn, 'Warning', `Command to ${subject(turn.canary)} has no effect: ${why}`);
  return note(turn, { ...kept, obeys: [key], next: next?.why ?? 'going on as before' }, [warning]);
}
