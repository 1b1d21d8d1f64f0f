import type { Metric } from '../../api/canary.ts';
import type { CheckEvidence } from '../../api/status.ts';
import type { Notice } from '../notice.ts';
import { type AnswerOf, answerTo, type MetricForm, type Question } from '../question.ts';
import { event, subject, type Turn } from '../turn.ts';
import { askHooks } from './gates.ts';

/** Result of one round of checks. `failed`: what was wrong is in `say`, and counts as one failed check. */
export type CheckRound =
  | { readonly kind: 'ask'; readonly ask: readonly Question[] }
  | {
      readonly kind: 'passed' | 'failed';
      readonly say: readonly Notice[];
      readonly evidence: readonly CheckEvidence[];
      /** One line for people: the first check that failed. */
      readonly reason: string;
    };

/** The checks before anything is sent to the canary: pre-rollout hooks. */
export function preRollout(turn: Turn): CheckRound {
  const started = event(
    turn,
    'Normal',
    `Starting canary analysis for ${turn.canary.target.name}.${turn.canary.namespace}`,
  );
  return hookChecks(turn, 'pre-rollout', [started], (name, error) => {
    return `Halt ${subject(turn.canary)} advancement pre-rollout check ${name} failed ${error}`;
  });
}

/** The checks of every later step: rollout hooks, then metrics in list order. The first failure ends the round. */
export function analysis(turn: Turn): CheckRound {
  const hooks = hookChecks(turn, 'rollout', [], (name, error) => {
    return `Halt ${subject(turn.canary)} advancement external check ${name} failed ${error}`;
  });
  if (hooks.kind !== 'passed') return hooks;
  return metricChecks(turn, hooks.evidence);
}

function hookChecks(
  turn: Turn,
  type: 'pre-rollout' | 'rollout',
  before: readonly Notice[],
  failure: (name: string, error: string) => string,
): CheckRound {
  const round = askHooks(turn, type, 'Progressing');
  if (round.kind === 'ask') return round;
  const say = [...before, ...round.say];
  if (round.kind === 'passed') {
    const evidence = round.approved.map((name) => hookEvidence(name, 'ok', 'pass'));
    return { kind: 'passed', say, evidence, reason: '' };
  }
  const message = failure(round.hook.name, round.error);
  const evidence = [hookEvidence(round.hook.name, round.error, 'fail')];
  return { kind: 'failed', say: [...say, event(turn, 'Warning', message)], evidence, reason: message };
}

function hookEvidence(name: string, value: string, verdict: 'pass' | 'fail'): CheckEvidence {
  return { name, value: value.slice(0, 200), bound: 'webhook succeeds', verdict };
}

function metricChecks(turn: Turn, evidenceBefore: readonly CheckEvidence[]): CheckRound {
  const say: Notice[] = [];
  const evidence: CheckEvidence[] = [...evidenceBefore];
  for (const question of metricQuestions(turn.canary.analysis.metrics)) {
    const answer = answerTo(turn.answers, question);
    if (!answer) return { kind: 'ask', ask: [question] };
    const { name } = question.metric;
    if (answer.gauge !== undefined) say.push({ kind: 'measured', metric: name, value: answer.gauge });
    evidence.push(metricEvidence(name, answer));
    if (answer.verdict === 'pass') continue;
    const reason = answer.message ?? `metric ${name} failed`;
    return { kind: 'failed', say: [...say, event(turn, 'Warning', reason)], evidence, reason };
  }
  return { kind: 'passed', say, evidence, reason: '' };
}

function metricEvidence(name: string, answer: AnswerOf<'metric'>): CheckEvidence {
  return { name, value: answer.value.slice(0, 200), bound: answer.bound, verdict: answer.verdict };
}

const builtins = new Set(['request-success-rate', 'request-duration']);

type MetricQuestion = Extract<Question, { readonly kind: 'metric' }>;

/**
 * The order of the reference: built-in and inline queries in list order, then templates in list order. An entry with none
 * of the three is asked as a template and fails there with a message.
 */
export function metricQuestions(metrics: readonly Metric[]): readonly MetricQuestion[] {
  const ask = (metric: Metric, form: MetricForm): MetricQuestion => ({
    kind: 'metric',
    id: `metric/${metrics.indexOf(metric)}/${form}`,
    metric,
    form,
  });
  const first = metrics.flatMap((metric) => [
    ...(builtins.has(metric.name) ? [ask(metric, 'builtin')] : []),
    ...(metric.query ? [ask(metric, 'inline')] : []),
  ]);
  const templates = metrics.filter((metric) => metric.templateRef || (!builtins.has(metric.name) && !metric.query));
  return [...first, ...templates.map((metric) => ask(metric, 'template'))];
}
