import { type CalledHook, type Hook, type HookType, isCalled } from '../../api/canary.ts';
import { sayerOf, steeringOf } from '../../api/steering.ts';
import { digest } from '../digest.ts';
import type { Notice } from '../notice.ts';
import { isDoubtful, isObeyed } from '../obeyed.ts';
import { answerTo, type Question } from '../question.ts';
import { event, hookPayload, subject, type Turn } from '../turn.ts';

/** Result of asking hooks one after another: the first that isn't answered, or the first refusal, ends the round. */
export type Round =
  | { readonly kind: 'ask'; readonly ask: readonly Question[] }
  | (Approvals & { readonly kind: 'passed'; readonly say: readonly Notice[] })
  | (Approvals & {
      readonly kind: 'refused';
      readonly say: readonly Notice[];
      readonly hook: Hook;
      readonly error: string;
      /** What the receiver answered, where there was an answer. */
      readonly detail?: string;
    });

interface Approvals {
  /** Names of hooks that said yes, also before. */
  readonly approved: readonly string[];
  /** Annotations whose approval a yes rests on. */
  readonly used: readonly string[];
}

type HookQuestion = Extract<Question, { readonly kind: 'hook' }>;

/** The question that a hook of the Canary asks in this turn. */
export function hookQuestion(turn: Turn, hook: CalledHook, phase: string): HookQuestion {
  const payload = hookPayload(turn.canary, turn.seen.status, phase);
  const index = turn.canary.analysis.hooks.indexOf(hook);
  return { kind: 'hook', id: `hook/${hook.type}/${index}/${digest({ hook, payload })}`, hook, payload };
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
  const used: string[] = [];
  const hooks = hooksOf(turn, type);
  for (const [i, hook] of hooks.entries()) {
    if (approved.includes(hook.name)) continue;
    const word = isCalled(hook) ? answered(turn, hook, phase) : atGate(turn, hook);
    if ('ask' in word) return { kind: 'ask', ask: word.ask };
    if ('error' in word) return { kind: 'refused', say, hook, ...word, approved: without(names, hooks.slice(i)), used };
    names.push(hook.name);
    if (word.used !== undefined) used.push(word.used);
    const text = passedText[type];
    if (text)
      say.push(event(turn, 'Normal', `${text} ${hook.name} passed${word.by === undefined ? '' : ` by ${word.by}`}`));
  }
  return { kind: 'passed', say, approved: names, used };
}

/** A yes is known by the name of its hook: it is none as long as a namesake hasn't said it too. */
function without(names: readonly string[], silent: readonly Hook[]): readonly string[] {
  return names.filter((name) => !silent.some((hook) => hook.name === name));
}

/** What one hook says: not known yet, no, or yes. */
type Word =
  | { readonly ask: readonly Question[] }
  | { readonly error: string; readonly detail?: string }
  | { readonly used?: string; readonly by?: string };

function answered(turn: Turn, hook: CalledHook, phase: string): Word {
  const question = hookQuestion(turn, hook, phase);
  const answer = answerTo(turn.answers, question);
  if (!answer) return { ask: [question] };
  if (answer.ok) return {};
  const { error = '', detail } = answer;
  return { error, ...(detail === undefined ? {} : { detail }) };
}

/** A gate without an address: open, or approved by somebody who hasn't been listened to before. */
function atGate(turn: Turn, { name }: Hook): Word {
  const said = steeringOf(turn.seen.object).gate(name);
  if (said?.word === 'open') return { by: sayerOf(said) };
  const { status } = turn.seen;
  if (said?.word === 'approved' && !isObeyed(status, said) && !isDoubtful(status, said)) {
    return { used: said.key, by: sayerOf(said) };
  }
  return { error: 'the gate is closed' };
}

/** Since when a gate has been shut, once that is longer than it may be. */
export function isExpired({ seen, now }: Turn, { type, name, expiryMs }: Hook): boolean {
  const { held = [], heldSince } = seen.status.run ?? {};
  if (expiryMs === undefined || !held.includes(`${type}/${name}`)) return false;
  return Date.parse(heldSince ?? '') + expiryMs <= now;
}

/** Whether a gate that is held by its annotation would let the run through now, so that nobody has to wait for a tick. */
export function openedByHand(turn: Turn): boolean {
  const held = turn.seen.status.run?.held ?? [];
  return turn.canary.analysis.hooks.some((hook) => {
    return !isCalled(hook) && held.includes(`${hook.type}/${hook.name}`) && !('error' in atGate(turn, hook));
  });
}

export type RollbackRound =
  | { readonly kind: 'ask'; readonly ask: readonly Question[] }
  | { readonly kind: 'quiet'; readonly say: readonly Notice[] }
  | { readonly kind: 'rollback'; readonly say: readonly Notice[] };

/** Asks the rollback hooks: here success is the signal, and an error means that all is well. */
export function askRollback(turn: Turn, phase: string): RollbackRound {
  const say: Notice[] = [];
  for (const hook of hooksOf(turn, 'rollback').filter(isCalled)) {
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
