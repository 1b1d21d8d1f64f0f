import type { Metric } from '../../api/canary.ts';
import type { CheckEffect, CheckEvidence, Tallies, Tally } from '../../api/status.ts';
import { decisiveCheck } from '../evidence.ts';
import type { Notice } from '../notice.ts';
import { type AnswerOf, answerTo, type Question } from '../question.ts';
import { event, subject, type Turn } from '../turn.ts';
import type { Checked, CheckRound } from './round.ts';
import { isOverdue, limitPassed, type Outcome, outcomeOf, type TallyContext, tallied, tallyKey } from './tally.ts';

type MetricQuestion = Extract<Question, { readonly kind: 'metric' }>;

/** One measurement, and what it does to the step. */
interface Weighed {
  readonly metric: Metric;
  readonly answer: AnswerOf<'metric'>;
  readonly outcome: Outcome;
  readonly before: Tally;
}

/**
 * Weighs the metrics in order. The first one that fails decides; those behind it are measured with `measureAll` only.
 * `vouched`: some other check of the step passed, so that metrics without data may be skipped.
 */
export function metricChecks(turn: Turn, questions: readonly MetricQuestion[], vouched: boolean): CheckRound {
  const { measureAll } = turn.canary.analysis;
  const open = questions.filter((question) => !answerTo(turn.answers, question));
  if (measureAll && open.length > 0) return { kind: 'ask', ask: open };
  const weighed: Weighed[] = [];
  for (const question of questions) {
    const answer = answerTo(turn.answers, question);
    if (!answer) return { kind: 'ask', ask: [question] };
    const each = weigh(turn, question.metric, answer);
    weighed.push(each);
    if (isFailure(each) && !measureAll) break;
  }
  return conclude(turn, weighed, vouched);
}

function weigh(turn: Turn, metric: Metric, answer: AnswerOf<'metric'>): Weighed {
  const key = tallyKey(turn.canary.analysis.metrics, metric);
  const before = turn.seen.status.run?.tallies?.[key] ?? {};
  return { metric, answer, before, outcome: outcomeOf(metric, answer, before, contextOf(turn)) };
}

function contextOf(turn: Turn): TallyContext {
  return { now: turn.now, patienceMs: turn.canary.progressDeadlineMs };
}

function isFailure({ outcome }: Weighed): boolean {
  return outcome === 'failed' || outcome === 'errored';
}

function conclude(turn: Turn, weighed: readonly Weighed[], vouched: boolean): Checked {
  const tallies = talliesAfter(turn, weighed);
  const evidence = weighed.map(evidenceOf);
  const round = { say: weighed.flatMap((each) => noticesOf(turn, each)), evidence, tallies };
  const abort = abortReason(turn, weighed, tallies);
  if (abort !== undefined) return { ...round, kind: 'aborted', reason: abort };
  const failed = weighed.find(isFailure);
  if (failed) return { ...round, kind: 'failed', reason: messageOf(failed) };
  const silent = waitedFor(weighed, vouched);
  const [first] = silent;
  if (!first) return { ...round, kind: 'passed', reason: '' };
  const say = silent.map((each) => event(turn, 'Warning', messageOf(each)));
  // Each metric that waits fails by itself when its time is over; skipped ones do it together, when nothing is left
  if (silent.every(({ before }) => isOverdue(before, contextOf(turn)))) {
    return { ...round, kind: 'failed', say: [...round.say, ...say], reason: messageOf(first) };
  }
  const names = [...new Set(silent.map(({ metric }) => metric.name))].join(', ');
  const isNew = silent.some(({ before }) => before.silentSince === undefined);
  return { ...round, kind: 'waiting', say: [...round.say, ...say], reason: `no data yet for ${names}`, isNew };
}

/** What the step has to wait for: metrics that say so, or all that were skipped when no check is left to decide. */
function waitedFor(weighed: readonly Weighed[], vouched: boolean): readonly Weighed[] {
  const waiting = weighed.filter(({ outcome }) => outcome === 'waits');
  if (waiting.length > 0 || vouched || weighed.some(({ outcome }) => outcome === 'passed')) return waiting;
  return weighed.filter(({ outcome }) => outcome === 'skipped');
}

/** An entry that is measured in several forms counts once, by its worst form. */
function talliesAfter(turn: Turn, weighed: readonly Weighed[]): Tallies {
  const { metrics } = turn.canary.analysis;
  const present = turn.seen.status.run?.tallies ?? {};
  const after = metrics.map((metric): readonly [string, Tally] => {
    const key = tallyKey(metrics, metric);
    const before = present[key] ?? {};
    const forms = weighed.filter((each) => each.metric === metric);
    const worst = forms.find(isFailure) ?? forms.find(({ outcome }) => outcome !== 'passed') ?? forms[0];
    if (!worst || metric.dryRun) return [key, before];
    const silent = forms.some(({ answer }) => answer.verdict === 'noData');
    return [key, tallied(metric, before, worst.outcome, silent, contextOf(turn))];
  });
  return Object.fromEntries(after.filter(([, tally]) => Object.keys(tally).length > 0));
}

function abortReason(turn: Turn, weighed: readonly Weighed[], tallies: Tallies): string | undefined {
  const { metrics } = turn.canary.analysis;
  const critical = weighed.find(({ metric, answer, outcome }) => {
    return metric.critical && outcome === 'failed' && answer.verdict === 'fail';
  });
  if (critical) return `critical metric failed: ${decisiveCheck([evidenceOf(critical)])}`;
  for (const each of weighed.filter(isFailure)) {
    const passed = limitPassed(each.metric, tallies[tallyKey(metrics, each.metric)] ?? {});
    if (passed !== undefined) return `${passed}; the last one: ${decisiveCheck([evidenceOf(each)])}`;
  }
  return undefined;
}

function noticesOf(turn: Turn, each: Weighed): readonly Notice[] {
  const { metric, answer, outcome } = each;
  const say: Notice[] = [];
  if (answer.gauge !== undefined) say.push({ kind: 'measured', metric: metric.name, value: answer.gauge });
  if (
    metric.minSamples > 0 &&
    answer.samples === undefined &&
    (answer.verdict === 'pass' || answer.verdict === 'fail')
  ) {
    const text = `The samples of metric ${metric.name} can't be counted, so its minSamples has no effect`;
    say.push(event(turn, 'Warning', text, { repeat: 'eachInterval' }));
  }
  if (isFailure(each)) say.push(event(turn, 'Warning', messageOf(each)));
  if (outcome === 'ignored' && answer.verdict !== 'pass') {
    say.push(event(turn, 'Normal', `Dry run for ${subject(turn.canary)}: ${messageOf(each)}`));
  }
  return say;
}

function messageOf({ metric, answer }: Weighed): string {
  return answer.message ?? `metric ${metric.name} failed`;
}

function evidenceOf({ metric, answer, outcome }: Weighed): CheckEvidence {
  const effect = effectOf(outcome, answer);
  return {
    name: metric.name,
    value: answer.value,
    bound: answer.bound,
    verdict: answer.verdict,
    ...(answer.samples === undefined ? {} : { samples: answer.samples }),
    ...(effect === undefined ? {} : { effect }),
  };
}

function effectOf(outcome: Outcome, { verdict }: AnswerOf<'metric'>): CheckEffect | undefined {
  switch (outcome) {
    case 'ignored':
      return 'dryRun';
    case 'waits':
      return 'waits';
    case 'skipped':
      return 'skipped';
    case 'passed':
      return verdict === 'pass' ? undefined : 'passes';
    case 'failed':
    case 'errored':
      return undefined;
  }
}
