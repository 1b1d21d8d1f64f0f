import type { Analysis, Strategy } from './canary.ts';
import { parseDuration, quoteDuration } from './durations.ts';
import { count, integerIn, percent } from './numbers.ts';
import { parseAlertRef, parseHook, parseMetric, parseSessionAffinity } from './parse-checks.ts';
import type { Refuse } from './refusals.ts';
import type { AnalysisInput } from './schema/canary.ts';

/** A plan has a step for each, and one Canary must not eat the memory of all. */
const MOST_ITERATIONS = 10_000;

const DEFAULT_INTERVAL_MS = 60_000;

export interface AnalysisContext {
  /** Where the analysis stands: `spec.analysis` or `spec.canaryAnalysis`. */
  readonly field: string;
  /** Of the Canary; where references without a namespace lead. */
  readonly namespace: string;
  readonly minIntervalMs: number;
  readonly refuse: Refuse;
}

/** Reads the analysis with all defaults applied; an empty one stands for none. */
export function parseAnalysis(raw: AnalysisInput, context: AnalysisContext): Analysis {
  const { field, namespace, refuse } = context;
  const { metrics = [], webhooks = [], alerts = [], sessionAffinity } = raw;
  return {
    ...parsePace(raw, context),
    match: raw.match ?? [],
    metrics: metrics.map((item, i) => parseMetric(item, `${field}.metrics[${i}]`, namespace, refuse)),
    measureAll: raw.measureAll ?? false,
    failFast: raw.failFast ?? false,
    hooks: webhooks.map((item, i) => parseHook(item, `${field}.webhooks[${i}]`, refuse)),
    alerts: alerts.map((item, i) => parseAlertRef(item, `${field}.alerts[${i}]`, namespace, refuse)),
    sessionAffinity: sessionAffinity && parseSessionAffinity(sessionAffinity, `${field}.sessionAffinity`, refuse),
  };
}

type Pace = Omit<Analysis, 'match' | 'metrics' | 'measureAll' | 'failFast' | 'hooks' | 'alerts' | 'sessionAffinity'>;

/** Everything in the analysis that is a number or a flag. */
function parsePace(raw: AnalysisInput, { field, minIntervalMs, refuse }: AnalysisContext): Pace {
  const at = (name: string) => `${field}.${name}`;
  const threshold = integerIn(refuse, at('threshold'), raw.threshold, 0);
  const stepWeight = integerIn(refuse, at('stepWeight'), raw.stepWeight, 0, count);
  return {
    intervalMs: Math.max(parseInterval(raw.interval ?? '', at('interval'), refuse), minIntervalMs),
    threshold: threshold <= 0 ? 1 : threshold,
    iterations: integerIn(refuse, at('iterations'), raw.iterations, 0, { min: 0, max: MOST_ITERATIONS }),
    stepWeight: Math.min(stepWeight, 100),
    stepWeights: capLast(raw.stepWeights ?? []),
    maxWeight: integerIn(refuse, at('maxWeight'), raw.maxWeight, 0, count) || 100,
    stepWeightPromotion: integerIn(refuse, at('stepWeightPromotion'), raw.stepWeightPromotion, 0, percent),
    mirror: raw.mirror ?? false,
    mirrorWeight: integerIn(refuse, at('mirrorWeight'), raw.mirrorWeight, undefined, percent),
    primaryReadyThreshold: integerIn(refuse, at('primaryReadyThreshold'), raw.primaryReadyThreshold, 100, percent),
    canaryReadyThreshold: integerIn(refuse, at('canaryReadyThreshold'), raw.canaryReadyThreshold, 100, percent),
  };
}

/**
 * A text that begins like a duration but is none (`1min`) counts as absent, as it does in the reference; anything else
 * that isn't a duration would not have passed the API server.
 */
function parseInterval(text: string, field: string, refuse: Refuse): number {
  const interval = parseDuration(text);
  if (interval !== undefined) return interval;
  if (text !== '' && !/^[0-9]+[ms]/.test(text)) refuse('DurationInvalid', field, `is ${quoteDuration(text)}`);
  return DEFAULT_INTERVAL_MS;
}

/** `[1, 2, 10, 200]` ends at 100; `[50, 100, 200]` doesn't do 100 twice. */
function capLast(weights: readonly number[]): readonly number[] {
  const last = weights.at(-1);
  if (last === undefined || last <= 100) return weights;
  const before = weights.slice(0, -1);
  return before.at(-1) === 100 ? before : [...before, 100];
}

/** The kind of release that an analysis asks for, whatever the provider makes of it (Flagger compatibility). */
export function strategyOf({ iterations, match }: Pick<Analysis, 'iterations' | 'match'>): Strategy {
  if (iterations === 0) return 'canary';
  return match.length > 0 ? 'ab-testing' : 'blue-green';
}
