import type { Hook, HookType } from '../../api/canary.ts';
import type { Notice } from '../notice.ts';
import { answerTo, type Question } from '../question.ts';
import { event, hookPayload, subject, type Turn } from '../turn.ts';

/** Result of asking hooks one after another: the first that isn't answered, or the first refusal, ends the round. */
export type Round =
  | { readonly kind: 'ask'; readonly ask: readonly Question[] }
  | { readonly kind: 'passed'; readonly say: readonly Notice[]; readonly approved: readonly string[] }
  | { readonly kind: 'refused'; readonly say: readonly Notice[]; readonly hook: Hook; readonly error: string };

type HookQuestion = Extract<Question, { readonly kind: 'hook' }>;

/** The question that a hook of the Canary asks in this turn. */
export function hookQuestion(turn: Turn, hook: Hook, phase: string): HookQuestion {
  const payload = hookPayload(turn.canary, turn.seen.status, phase);
  const index = turn.canary.analysis.hooks.indexOf(hook);
  return { kind: 'hook', id: `hook/${hook.type}/${index}`, hook, payload };
}

export function hooksOf(turn: Turn, type: HookType): readonly Hook[] {
  return turn.canary.analysis.hooks.filter((hook) => hook.type === type);
}

const passedText: Partial<Record<HookType, string>> = {
  'confirm-rollout': 'Confirm-rollout check',
  'pre-rollout': 'Pre-rollout check',
  'confirm-traffic-increase': 'Confirm-traffic-increase check',
  'confirm-promotion': 'Confirm-promotion check',
};

/**
 * Asks all hooks of a type in list order. Hooks in `approved` have said yes to this revision already and are not asked
 * again. `phase` is the one that the payload shows.
 */
export function askHooks(turn: Turn, type: HookType, phase: string, approved: readonly string[] = []): Round {
  const say: Notice[] = [];
  const names: string[] = [...approved];
  for (const hook of hooksOf(turn, type)) {
    if (approved.includes(hook.name)) continue;
    const question = hookQuestion(turn, hook, phase);
    const answer = answerTo(turn.answers, question);
    if (!answer) return { kind: 'ask', ask: [question] };
    if (!answer.ok) return { kind: 'refused', say, hook, error: answer.error ?? '' };
    names.push(hook.name);
    const text = passedText[type];
    if (text) say.push(event(turn, 'Normal', `${text} ${hook.name} passed`));
  }
  return { kind: 'passed', say, approved: names };
}

export type RollbackRound =
  | { readonly kind: 'ask'; readonly ask: readonly Question[] }
  | { readonly kind: 'quiet'; readonly say: readonly Notice[] }
  | { readonly kind: 'rollback'; readonly say: readonly Notice[] };

/** Asks the rollback hooks: here success is the signal, and an error means that all is well. */
export function askRollback(turn: Turn, phase: string): RollbackRound {
  const say: Notice[] = [];
  for (const hook of hooksOf(turn, 'rollback')) {
    const question = hookQuestion(turn, hook, phase);
    const answer = answerTo(turn.answers, question);
    if (!answer) return { kind: 'ask', ask: [question] };
    if (answer.ok) {
      say.push(
        event(turn, 'Warning', `Rollback check ${hook.name} passed`),
        event(turn, 'Warning', `Rolling back ${subject(turn.canary)} manual webhook invoked`),
      );
      return { kind: 'rollback', say };
    }
    say.push(event(turn, 'Normal', `Rollback hook ${hook.name} not signaling a rollback`));
  }
  return { kind: 'quiet', say };
}
