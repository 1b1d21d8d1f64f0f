import type { Checked } from '../analysis/round.ts';
import { alert, event, note, subject, type Turn, targetSubject, type Verdict } from '../turn.ts';
import { rollback } from './fail.ts';

/** A check that ends the run whatever its threshold is: of a critical metric, or one past its limit. */
export function aborted(turn: Turn, { say, evidence, reason }: Checked): Verdict {
  const counted: Turn = { ...turn, progress: { ...turn.progress, failedChecks: turn.progress.failedChecks + 1 } };
  const said = event(turn, 'Warning', `Rolling back ${subject(turn.canary)} ${reason}`);
  return rollback(counted, reason, [...say, said], alert('error', `Canary analysis stopped, ${reason}`), {
    checks: evidence,
  });
}

/** Data is missing that the step waits for: tried again in one interval, without a failed check. */
export function waitForData(turn: Turn, { say, evidence, reason, isNew = false }: Checked): Verdict {
  const held = turn.seen.status.run?.held ?? [];
  const change = { notBefore: turn.now + turn.canary.analysis.intervalMs, held, next: `checks again; ${reason}` };
  return note(turn, isNew ? { ...change, evidence: { decision: `wait: ${reason}`, checks: evidence } } : change, say);
}

/** Pods of the canary that can never run, where the Canary asks not to wait for the deadline. */
export function hardFailure(turn: Turn): Verdict | undefined {
  const why = turn.canary.analysis.failFast ? turn.seen.hardFailure : undefined;
  if (why === undefined) return undefined;
  const text = `canary ${turn.canary.target.kind.toLowerCase()} ${targetSubject(turn.canary)} can't run: ${why}`;
  const said = event(turn, 'Warning', text);
  return rollback(turn, text, [said], alert('error', `Canary can't run: ${why}`));
}
