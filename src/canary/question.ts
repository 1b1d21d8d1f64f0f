import type { CalledHook, Metric } from '../api/canary.ts';
import type { ConfigRef } from './workloads/contract.ts';

/**
 * What the engine asks the world outside the cache. Two questions with the same id are the same question: the id of one that
 * comes out of a list of the spec has a digest of its entry, since the list may be edited before the answer is used.
 */
export type Question =
  /** A webhook: may the run go on? */
  | { readonly kind: 'hook'; readonly id: string; readonly hook: CalledHook; readonly payload: HookPayload }
  /** A measurement against its bounds. */
  | { readonly kind: 'metric'; readonly id: string; readonly metric: Metric; readonly form: MetricForm }
  /** Do the metric providers answer? */
  | { readonly kind: 'probe'; readonly id: string }
  /** The template that the target had at a revision. */
  | { readonly kind: 'history'; readonly id: string; readonly revision: string }
  /** The content of a ConfigMap or Secret at the version that the cache has seen. */
  | { readonly kind: 'config'; readonly id: string; readonly config: ConfigRef };

/** One entry of `analysis.metrics` can be measured in three ways; each that is configured counts. */
export type MetricForm = 'builtin' | 'inline' | 'template';

export interface HookPayload {
  readonly name: string;
  readonly namespace: string;
  readonly phase: string;
  readonly checksum: string;
}

export type Answer =
  | {
      readonly kind: 'hook';
      readonly ok: boolean;
      /** For the event, as the reference words it. */
      readonly error?: string;
      /** What the receiver answered, for the evidence; absent when nobody answered. */
      readonly detail?: string;
    }
  | {
      readonly kind: 'metric';
      readonly verdict: 'pass' | 'fail' | 'noData' | 'error';
      /** The event text when the verdict isn't `pass`. */
      readonly message?: string;
      readonly value: string;
      readonly bound: string;
      /** How many samples the value rests on, where that was asked for and could be told. */
      readonly samples?: number;
      /** For the controller's own gauge; absent when nothing was measured. */
      readonly gauge?: number;
    }
  | { readonly kind: 'probe'; readonly ok: boolean; readonly error?: string }
  /** The template itself is kept by the history, where the next observation finds it. */
  | { readonly kind: 'history' }
  /** The content itself goes to the content cache, where the next observation finds it. */
  | { readonly kind: 'config'; readonly error?: string };

/** Answers by question id, valid for the decision they were asked for. */
export type Answers = ReadonlyMap<string, Answer>;

export type AnswerOf<K extends Question['kind']> = Extract<Answer, { readonly kind: K }>;

/** The answer to a question of a kind, if it was given. */
export function answerTo<K extends Question['kind']>(
  answers: Answers,
  question: Extract<Question, { readonly kind: K }>,
): AnswerOf<K> | undefined {
  const answer = answers.get(question.id);
  return answer?.kind === question.kind ? (answer as AnswerOf<K>) : undefined;
}
