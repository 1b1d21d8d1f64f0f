import type { Canary } from '../api/canary.ts';
import type { Cluster } from '../kube/cluster.ts';
import type { Clock } from '../runtime/clock.ts';
import type { Http } from '../runtime/http.ts';
import { metricQuestions } from './analysis/checks.ts';
import { callHook } from './analysis/hooks.ts';
import type { Contents } from './contents.ts';
import type { History } from './history.ts';
import type { Measure } from './measure.ts';
import type { Scene, Sight } from './observation.ts';
import type { Answer, Answers, Question } from './question.ts';

export interface AskParts {
  readonly cluster: Pick<Cluster, 'read'>;
  readonly http: Http;
  readonly clock: Clock;
  readonly measure: Measure;
  readonly contents: Contents;
  readonly history: History;
}

/**
 * Answers questions of the policy. All I/O that a decision rests on happens here, in parallel and bounded in time. Rejects when it
 * was cancelled: what a cancelled question came to says nothing about the canary.
 */
export class Asker {
  readonly #parts: AskParts;

  constructor(parts: AskParts) {
    this.#parts = parts;
  }

  async all(sight: Sight, questions: readonly Question[], signal: AbortSignal): Promise<Answers> {
    if (sight.kind !== 'scene') return new Map();
    const { scene } = sight;
    const answers = questions.map(async (question) => {
      return [question.id, await this.#answer(scene, question, signal)] as const;
    });
    const given = await Promise.all(answers);
    signal.throwIfAborted();
    return new Map(given);
  }

  #answer(scene: Scene, question: Question, signal: AbortSignal): Promise<Answer> {
    switch (question.kind) {
      case 'hook':
        return this.#hook(question, signal);
      case 'metric':
        return this.#parts.measure.metric(scene, question, signal);
      case 'probe':
        return this.#probe(scene.canary, signal);
      case 'history':
        return this.#history(scene, question.revision, signal);
      case 'config':
        return this.#config(question, signal);
    }
  }

  async #hook(question: Extract<Question, { kind: 'hook' }>, signal: AbortSignal): Promise<Answer> {
    const { hook, payload } = question;
    const message = Object.keys(hook.metadata).length > 0 ? { ...payload, metadata: hook.metadata } : payload;
    const result = await callHook(hook, message, { ...this.#parts, signal });
    if (result.ok) return { kind: 'hook', ok: true };
    const { error, detail } = result;
    return { kind: 'hook', ok: false, error, ...(detail === undefined ? {} : { detail }) };
  }

  async #probe(canary: Canary, signal: AbortSignal): Promise<Answer> {
    for (const { metric, form } of metricQuestions(canary.analysis.metrics)) {
      if (form === 'inline') continue;
      const error = await this.#parts.measure.probe(canary, metric, form, signal);
      if (error !== undefined) return { kind: 'probe', ok: false, error };
    }
    return { kind: 'probe', ok: true };
  }

  async #history({ target }: Scene, revision: string, signal: AbortSignal): Promise<Answer> {
    await this.#parts.history.ask(target, revision, signal);
    return { kind: 'history' };
  }

  async #config(question: Extract<Question, { kind: 'config' }>, signal: AbortSignal): Promise<Answer> {
    const content = await this.#parts.cluster.read(question.config.ref, signal);
    if (!content) return { kind: 'config', error: 'it was deleted meanwhile' };
    this.#parts.contents.keep(content);
    return { kind: 'config' };
  }
}
