import { type Http, type HttpAnswer, HttpFailure, type HttpRequest } from '../../../runtime/http.ts';
import { Measure, type MeasureParts } from '../../measure.ts';
import type { AnswerOf, Question } from '../../question.ts';
import type { HookAnswer, MetricVerdict, Story } from './story.ts';
import { metricName } from './story-objects.ts';

/** What was answered last to a check, and in which run. */
export interface Answered {
  readonly passed: boolean;
  readonly at: number;
  readonly run: number;
}

/**
 * The answers of a story. Which one comes depends on how many states of the Canary the check was asked in, not on how
 * often it was asked: a process that dies and asks again in the same state hears the same.
 */
export class ScriptedAnswers {
  /** By name of metric or hook. */
  readonly last = new Map<string, Answered>();
  readonly #story: Story;
  readonly #now: () => number;
  readonly #places = new Map<string, { state: number; index: number }>();
  #state = 0;
  #run = 0;

  constructor(story: Story, now: () => number) {
    this.#story = story;
    this.#now = now;
  }

  /** To be told of each new status of the Canary. */
  stateChanged(run: number): void {
    this.#state += 1;
    this.#run = run;
  }

  metric(name: string): MetricVerdict {
    const index = this.#story.metrics.findIndex((metric, i) => name === metricName(metric, i));
    const script = this.#story.metrics[index];
    const verdict = script?.verdicts[this.#place(name)] ?? 'pass';
    const tolerated = verdict === 'noData' && (script?.noData === 'pass' || script?.noData === 'skip');
    this.#note(name, verdict === 'pass' || script?.role === 'dryRun' || tolerated);
    return verdict;
  }

  hook(index: number): HookAnswer {
    const script = this.#story.hooks[index];
    const answer = script?.answers[this.#place(`hook-${index}`)] ?? (script?.type === 'rollback' ? 'no' : 'yes');
    this.#note(`hook-${index}`, answer === 'yes');
    return answer;
  }

  #place(name: string): number {
    const place = this.#places.get(name) ?? { state: this.#state, index: 0 };
    if (place.state !== this.#state) Object.assign(place, { state: this.#state, index: place.index + 1 });
    this.#places.set(name, place);
    return place.index;
  }

  #note(name: string, passed: boolean): void {
    this.last.set(name, { passed, at: this.#now(), run: this.#run });
  }
}

/** Measures by the script instead of asking a provider. */
export class ScriptedMeasure extends Measure {
  readonly #answers: ScriptedAnswers;

  constructor(parts: MeasureParts, answers: ScriptedAnswers) {
    super(parts);
    this.#answers = answers;
  }

  override async metric(
    _: Parameters<Measure['metric']>[0],
    { metric }: Extract<Question, { readonly kind: 'metric' }>,
  ): Promise<AnswerOf<'metric'>> {
    const verdict = this.#answers.metric(metric.name);
    const value = verdict === 'pass' ? '0.5' : verdict === 'fail' ? '7' : verdict;
    return {
      kind: 'metric',
      verdict,
      value,
      bound: '<= 1',
      ...(verdict === 'pass' ? {} : { message: `Halt: ${metric.name} ${verdict}` }),
    };
  }

  override async probe(): Promise<string | undefined> {
    return undefined;
  }
}

/** The receivers of hooks. A process that has died hears no answer. */
export function scriptedHttp(answers: ScriptedAnswers, alive: () => boolean): Http {
  return {
    async request({ url }: HttpRequest): Promise<HttpAnswer> {
      if (!alive()) return new Promise(() => {});
      const answer = answers.hook(Number(url.slice(url.lastIndexOf('/') + 1)));
      if (answer === 'lost') throw new HttpFailure('connection refused', true);
      return { status: statusOf[answer], headers: {}, body: answer };
    },
  };
}

const statusOf = { yes: 200, no: 403, broken: 500 } as const;
