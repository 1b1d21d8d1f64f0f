import type { Metric } from '../../api/canary.ts';
import type { CheckEvidence } from '../../api/status.ts';
import { digest } from '../digest.ts';
import type { Notice } from '../notice.ts';
import type { MetricForm, Question } from '../question.ts';
import { event, subject, type Turn } from '../turn.ts';
import { askHooks } from './gates.ts';
import { metricChecks } from './metric-checks.ts';
import type { Checked, CheckRound } from './round.ts';

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

/**
 * The checks of every later step: rollout hooks, then metrics in list order. The first failure ends the round, unless all
 * metrics are to be measured.
 */
export function analysis(turn: Turn): CheckRound {
  const hooks = hookChecks(turn, 'rollout', [], (name, error) => {
    return `Halt ${subject(turn.canary)} advancement external check ${name} failed ${error}`;
  });
  if (hooks.kind === 'ask') return hooks;
  const passed = hooks.kind === 'passed';
  if (!passed && !turn.canary.analysis.measureAll) return hooks;
  const metrics = metricChecks(
    turn,
    metricQuestions(turn.canary.analysis.metrics),
    passed && hooks.evidence.length > 0,
  );
  return metrics.kind === 'ask' ? metrics : together(hooks, metrics);
}

/** One round out of two: the earlier one decides, unless the later one ends the run. */
function together(hooks: Checked, metrics: Checked): Checked {
  const { kind, reason } = hooks.kind === 'passed' || metrics.kind === 'aborted' ? metrics : hooks;
  const say = [...hooks.say, ...metrics.say];
  return { ...metrics, kind, reason, say, evidence: [...hooks.evidence, ...metrics.evidence] };
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
  const evidence = [hookEvidence(round.hook.name, round.detail ?? round.error, 'fail')];
  return { kind: 'failed', say: [...say, event(turn, 'Warning', message)], evidence, reason: message };
}

function hookEvidence(name: string, value: string, verdict: 'pass' | 'fail'): CheckEvidence {
  return { name, value, bound: 'webhook succeeds', verdict };
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
    id: `metric/${metrics.indexOf(metric)}/${form}/${digest(metric)}`,
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
