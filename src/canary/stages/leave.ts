import { isGivenBack } from '../given-back.ts';
import { event, hold, move, subject, type Turn, type Verdict, wait } from '../turn.ts';

/** Deletion with `revertOnDeletion`: everything is given back before the finalizer goes. */
export function leaving(turn: Turn): Verdict {
  // What goes with the Canary is being deleted as well: making it anew would keep the garbage collector busy for ever
  if (!turn.canary.revertOnDeletion) return hold(turn, 'being deleted');
  if (turn.stage !== 'leaving') {
    const change = { next: 'bringing the target back up', evidence: { decision: 'deleted: give everything back' } };
    const text = `Terminating canary ${subject(turn.canary)}`;
    return move(turn, { type: 'deleted' }, change, [event(turn, 'Normal', text)]);
  }
  if (!isGivenBack(turn.seen)) return wait(turn, { why: 'giving the target, its routes and Services back' });
  return wait(turn, { why: 'all was given back' }, [
    event(turn, 'Normal', `Terminated canary ${subject(turn.canary)}`, { repeat: 'eachInterval' }),
  ]);
}
