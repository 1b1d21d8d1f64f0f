import type { CheckEvidence, Tallies } from '../../api/status.ts';
import type { Notice } from '../notice.ts';
import type { Question } from '../question.ts';

/** What one round of checks came to. What was wrong is in `say` as well. */
export interface Checked {
  /**
   * `failed`: counts as one failed check. `waiting`: data is missing that the step waits for. `aborted`: the run can't go
   * on, however many failed checks it may have.
   */
  readonly kind: 'passed' | 'failed' | 'waiting' | 'aborted';
  readonly say: readonly Notice[];
  readonly evidence: readonly CheckEvidence[];
  /** One line for people: the first check that failed, what is waited for, or why the run ends. Empty when all passed. */
  readonly reason: string;
  /** Counts of the metrics after this round. */
  readonly tallies?: Tallies;
  /** The round waits for something that the last one didn't wait for. */
  readonly isNew?: boolean;
}

/** Result of one round of checks: first what must be found out, then what came of it. */
export type CheckRound = { readonly kind: 'ask'; readonly ask: readonly Question[] } | Checked;
