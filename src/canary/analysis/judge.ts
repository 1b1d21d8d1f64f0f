import type { Sample } from '../../../metrics/contract.ts';
import { formatFixed, formatMilliseconds, formatShortest } from '../../../metrics/go-number.ts';
import type { Canary, Metric } from '../../api/canary.ts';
import type { MetricForm } from '../question.ts';
import { boundText, breachOf, formatGeneral, wholeMilliseconds } from './bounds.ts';
import { type Trouble, troubleText } from './trouble.ts';

/** What came of a measurement: a sample, or what went wrong and where. */
export type Measured = Sample | Trouble;

export interface JudgeRequest {
  readonly canary: Pick<Canary, 'name' | 'namespace'> & { readonly target: Pick<Canary['target'], 'name'> };
  readonly metric: Metric;
  readonly form: MetricForm;
  /** The metrics provider as event texts name it; matters for built-in checks. */
  readonly provider: string;
  readonly measured: Measured;
  /** Times the sample gives percent or milliseconds; 1 unless said otherwise. */
  readonly factor?: number;
}

export interface Judgement {
  readonly verdict: 'pass' | 'fail' | 'noData' | 'error';
  /** The event text, as the reference writes it, when the verdict isn't `pass`. */
  readonly message?: string;
  /** For evidence: `98.69`, `0.2`, `1.515s`, `no data`, `error`. */
  readonly value: string;
  /** For evidence: `>= 99`, `<= 500ms`, `1..5`, `any`. */
  readonly bound: string;
  /** How many samples the value rests on, where the metric asks for a least number and it could be told. */
  readonly samples?: number;
  /** For the controller's gauge: seconds for `request-duration`, else the number itself. Absent without a finite value. */
  readonly gauge?: number;
  /** Something odd about the sample that doesn't change the verdict. */
  readonly warning?: string;
}

/**
 * Compares a measurement with the bounds of its metric (Flagger compatibility): both bounds of a range are inclusive, and the
 * older single threshold is a minimum for the built-in success rate and a maximum for everything else.
 */
export function judge(request: JudgeRequest): Judgement {
  const { metric, measured } = request;
  const kind = kindOf(request);
  const bound = boundText(metric, kind);
  if ('error' in measured) {
    return { verdict: 'error', message: troubleText(metric, request.form, measured), value: 'error', bound };
  }
  if ('noData' in measured) return noData(request, measured.noData, bound);
  if (Number.isNaN(measured.value)) return noData(request, 'no values found', bound);
  const samples = metric.minSamples > 0 ? measured.samples : undefined;
  const verdict = kind === 'duration' ? judgeDuration(request, measured.value) : judgeNumber(request, measured.value);
  return {
    ...(samples !== undefined && samples < metric.minSamples ? tooFew(request, samples) : verdict),
    bound,
    ...(samples === undefined ? {} : { samples }),
    ...(measured.warning === undefined ? {} : { warning: measured.warning }),
  };
}

/** A number that rests on too little says nothing. */
function tooFew(request: JudgeRequest, samples: number): Compared {
  const { name, minSamples } = request.metric;
  const message = halt(request, `metric ${name} rests on ${samples} samples, fewer than ${minSamples}`);
  return { verdict: 'noData', message, value: 'no data' };
}

function kindOf({ metric, form }: JudgeRequest): 'rate' | 'duration' | 'custom' {
  if (form !== 'builtin') return 'custom';
  return metric.name === 'request-duration' ? 'duration' : 'rate';
}

type Compared = Omit<Judgement, 'bound' | 'warning'>;

function judgeNumber(request: JudgeRequest, raw: number): Compared {
  const number = raw * (request.factor ?? 1);
  const kind = kindOf(request);
  const value = kind === 'rate' ? formatFixed(number, 2) : formatGeneral(number);
  const gauge = Number.isFinite(number) ? { gauge: number } : {};
  const breach = breachOf(request.metric, kind, number);
  if (!breach) return { verdict: 'pass', value, ...gauge };
  const unit = kind === 'rate' ? '%' : '';
  const what = kind === 'rate' ? 'success rate' : request.metric.name;
  const comparison = `${formatFixed(number, 2)}${unit} ${breach.sign} ${formatShortest(breach.bound)}${unit}`;
  return { verdict: 'fail', message: halt(request, `${what} ${comparison}`), value, ...gauge };
}

/** Compared in whole milliseconds. All samples in the topmost bucket give infinity, which is never good enough. */
function judgeDuration(request: JudgeRequest, raw: number): Compared {
  const number = raw * (request.factor ?? 1);
  if (!Number.isFinite(number)) {
    const value = formatShortest(number);
    const breach = breachOf(request.metric, 'duration', number);
    const reason = breach ? `${breach.sign} ${formatMilliseconds(breach.bound)}` : 'is not finite';
    return { verdict: 'fail', message: halt(request, `request duration ${value} ${reason}`), value };
  }
  const milliseconds = wholeMilliseconds(number);
  const value = formatMilliseconds(milliseconds);
  const gauge = toSeconds(milliseconds);
  const breach = breachOf(request.metric, 'duration', milliseconds);
  if (!breach) return { verdict: 'pass', value, gauge };
  const comparison = `${value} ${breach.sign} ${formatMilliseconds(breach.bound)}`;
  return { verdict: 'fail', message: halt(request, `request duration ${comparison}`), value, gauge };
}

/** Whole and broken part are added, as Go does: 1515 ms are 1.5150000000000001 s on dashboards of the reference too. */
function toSeconds(milliseconds: number): number {
  return Math.trunc(milliseconds / 1000) + (milliseconds % 1000) / 1000;
}

function halt({ canary }: JudgeRequest, reason: string): string {
  return `Halt ${canary.name}.${canary.namespace} advancement ${reason}`;
}

function noData(request: JudgeRequest, reason: string, bound: string): Judgement {
  return { verdict: 'noData', message: noDataText(request, reason), value: 'no data', bound };
}

function noDataText({ canary, metric, form, provider }: JudgeRequest, reason: string): string {
  const start = 'Halt advancement no values found for';
  if (form === 'inline') return `${start} metric: ${metric.name}`;
  if (form === 'template') return `${start} custom metric: ${metric.name}: ${reason}`;
  const about = `${canary.target.name}.${canary.namespace}`;
  const text = `${start} ${provider} metric ${metric.name} probably ${about} is not receiving traffic`;
  return metric.name === 'request-duration' ? text : `${text}: running query failed: ${reason}`;
}
