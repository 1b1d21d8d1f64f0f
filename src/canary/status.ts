import { generalConditions, promotedCondition, setCondition, setGeneral } from '../api/conditions.ts';
import type { CanaryStatus, CheckEvidence, Failure, Phase, Run, Stage } from '../api/status.ts';
import type { KubeObject, StringMap } from '../kube/object.ts';
import { toTimestamp } from '../runtime/clock.ts';
import type { CookieFields } from './affinity.ts';
import { digest } from './digest.ts';
import { addEvidence, bytesOf } from './evidence.ts';
import type { Progress } from './machine.ts';
import { TELLING_BYTES } from './telling.ts';
import { defined } from './workloads/json.ts';

/** Of a whole status without what it is telling: evidence gets what the rest of it leaves. */
const BYTES_KEPT = 15 * 1024 - TELLING_BYTES;
/** Characters of a cause that are kept. */
const LONGEST_CAUSE = 500;
/** A revision in our own format; anything else was written by the reference controller. */
const OUR_REVISION = /^[0-9a-f]{16}$/;

/** The status of a raw Canary; an object without one has the empty status. */
export function statusOf(object: KubeObject): CanaryStatus {
  const raw = (object['status'] ?? {}) as Partial<CanaryStatus>;
  return {
    ...raw,
    canaryWeight: raw.canaryWeight ?? 0,
    failedChecks: raw.failedChecks ?? 0,
    iterations: raw.iterations ?? 0,
  };
}

/** Whether both hashes were written by us, so that they can be compared with revisions of our own. */
export function isOurs(revision: string | undefined): boolean {
  return revision === undefined || OUR_REVISION.test(revision);
}

/**
 * The stage of a status that has no `run`: written by the reference controller, or kept by a CRD that prunes our fields.
 * Everything that the public fields don't tell starts over, on the safe side.
 */
export function resumeStage(phase: Phase | undefined, canaryWeight: number): Stage {
  switch (phase) {
    case undefined:
    case 'Initializing':
      return 'creating';
    case 'Initialized':
    case 'Succeeded':
      return 'idle';
    case 'Failed':
      return canaryWeight === 100 ? 'stranded' : 'idle';
    case 'Waiting':
      return 'asking';
    case 'Progressing':
    case 'WaitingPromotion':
      return 'starting';
    case 'Promoting':
      return 'promoting';
    case 'Finalising':
      return 'draining';
    case 'Terminating':
    case 'Terminated':
      return 'leaving';
  }
}

export function stageOf(status: CanaryStatus): Stage {
  return status.run?.stage ?? resumeStage(status.phase, status.canaryWeight);
}

export function progressOf(status: CanaryStatus): Progress {
  const { run } = status;
  const stranded = status.phase === 'Failed' && status.canaryWeight === 100;
  const mayCarry = status.phase === 'Promoting' || stranded;
  return {
    phase: status.phase ?? 'Initializing',
    canaryWeight: status.canaryWeight,
    failedChecks: status.failedChecks,
    iterations: status.iterations,
    step: run?.step ?? 0,
    traffic: run?.traffic ?? { canary: mayCarry ? status.canaryWeight : 0, mirror: false },
    failure: run?.failure,
    askedFrom: run?.askedFrom,
    number: run?.number ?? 0,
  };
}

/** What a decision says about the next status besides the machine's own part. */
export interface StatusChange {
  readonly applied?: string;
  readonly promoted?: string;
  readonly tracked?: StringMap | undefined;
  readonly promotedConfigs?: StringMap | undefined;
  /** Milliseconds; absent: as soon as the world allows. */
  readonly notBefore?: number | undefined;
  readonly approved?: readonly string[];
  readonly held?: readonly string[];
  readonly madeFrom?: Run['madeFrom'];
  readonly inherited?: boolean;
  readonly pending?: boolean;
  readonly steps?: number;
  /** Who asked for the promotion of this run before it began. */
  readonly promotedBy?: string;
  /** Digests of all requests by annotation that were obeyed; those so far when absent. */
  readonly obeyed?: readonly string[];
  readonly evidence?: { readonly decision: string; readonly checks?: readonly CheckEvidence[] };
  readonly next: string;
  /** Milliseconds; absent outside a run. */
  readonly estimatedEnd?: number | undefined;
}

/** The complete next status. Pure. */
export function writeStatus(
  previous: CanaryStatus,
  stage: Stage,
  progress: Progress,
  change: StatusChange,
  context: {
    readonly now: number;
    readonly targetKind: string;
    readonly target?: string;
    readonly routes?: Run['routes'];
    readonly cookies?: CookieFields;
  },
): CanaryStatus {
  const time = toTimestamp(context.now);
  const {
    run: oldRun,
    evidence,
    next: _,
    lastFailure: __,
    trackedConfigs,
    lastAppliedSpec,
    lastPromotedSpec,
    ...others
  } = previous;
  const rest = context.cookies ? { ...withoutCookies(others), ...context.cookies } : others;
  const tracked = 'tracked' in change ? change.tracked : trackedConfigs;
  const applied = change.applied ?? lastAppliedSpec;
  const promoted = change.promoted ?? lastPromotedSpec;
  const lastFailure = failureOf(previous, progress, change, time);
  const run = nextRun(oldRun, stage, progress, { ...change, ...(applied === undefined ? {} : { applied }) }, time);
  const next: Omit<CanaryStatus, 'evidence'> = {
    ...rest,
    phase: progress.phase,
    canaryWeight: progress.canaryWeight,
    failedChecks: progress.failedChecks,
    iterations: progress.iterations,
    lastTransitionTime: time,
    conditions: setGeneral(
      setCondition(previous.conditions ?? [], promotedCondition(progress.phase, context.targetKind), time),
      generalConditions(progress.phase, context.targetKind, lastFailure?.cause),
      time,
    ),
    ...(tracked === undefined ? {} : { trackedConfigs: tracked }),
    ...(applied === undefined ? {} : { lastAppliedSpec: applied }),
    ...(promoted === undefined ? {} : { lastPromotedSpec: promoted }),
    ...(lastFailure === undefined ? {} : { lastFailure }),
    run: { ...run, ...defined({ target: context.target, routes: context.routes }) },
    next: { ...(change.notBefore === undefined ? {} : { at: toTimestamp(change.notBefore) }), why: change.next },
  };
  const told = change.evidence ? { time, ...change.evidence } : undefined;
  return { ...next, evidence: addEvidence(evidence ?? [], told, BYTES_KEPT - bytesOf(next)) };
}

/** A gate that was shut before goes on being shut since then. */
function heldSinceOf(old: Run | undefined, held: readonly string[], sameRun: boolean): string | undefined {
  return sameRun && old?.held?.some((each) => held.includes(each)) ? old.heldSince : undefined;
}

/** Noted when the phase becomes `Failed`, and forgotten with the next success. */
function failureOf(
  previous: CanaryStatus,
  { phase, failure }: Progress,
  { applied, evidence }: StatusChange,
  time: string,
): Failure | undefined {
  if (phase === 'Succeeded') return undefined;
  if (phase !== 'Failed' || previous.phase === 'Failed') return previous.lastFailure;
  const revision = applied ?? previous.lastAppliedSpec;
  const cause = failure ?? previous.run?.failure ?? evidence?.decision ?? 'unknown';
  return { time, ...(revision === undefined ? {} : { revision }), cause: cause.slice(0, LONGEST_CAUSE).toWellFormed() };
}

function withoutCookies<T extends CookieFields>(status: T): Omit<T, keyof CookieFields> {
  const {
    sessionAffinityCookie: _,
    previousSessionAffinityCookie: __,
    primarySessionAffinityCookie: ___,
    ...rest
  } = status;
  return rest;
}

function digestOf(configs: StringMap | undefined): string | undefined {
  return configs && digest(configs);
}

/** From the moment at which the primary gets the revision of a run until that counts as promoted, or all begins anew. */
function overwrittenBy(old: Run | undefined, stage: Stage, { applied, promoted }: StatusChange): string | undefined {
  if (promoted !== undefined || stage === 'creating') return undefined;
  return stage === 'promoting' || stage === 'skipping' ? applied : old?.overwritten;
}

const initialising: ReadonlySet<Stage> = new Set(['creating', 'takingOver']);

function nextRun(old: Run | undefined, stage: Stage, progress: Progress, change: StatusChange, time: string): Run {
  const sameRun = old?.number === progress.number;
  const promotedConfigs = 'promotedConfigs' in change ? digestOf(change.promotedConfigs) : old?.promotedConfigs;
  const approved = change.approved ?? (sameRun ? old?.approved : undefined);
  const held = change.held ?? [];
  const madeFrom = change.madeFrom ?? (stage === 'takingOver' ? old?.madeFrom : undefined);
  const overwritten = overwrittenBy(old, stage, change);
  const inherited = change.inherited ?? (initialising.has(stage) && old?.inherited);
  const obeyed = change.obeyed ?? old?.obeyed;
  const promotedBy = change.promotedBy ?? (sameRun ? old?.promotedBy : undefined);
  const tallies = sameRun ? old?.tallies : undefined;
  return {
    stage,
    since: old?.stage === stage && sameRun ? old.since : time,
    number: progress.number,
    step: progress.step,
    steps: change.steps ?? (sameRun ? (old?.steps ?? 0) : 0),
    ...(change.estimatedEnd === undefined ? {} : { estimatedEnd: toTimestamp(change.estimatedEnd) }),
    traffic: progress.traffic,
    ...(change.notBefore === undefined ? {} : { notBefore: new Date(change.notBefore).toISOString() }),
    ...(promotedConfigs === undefined ? {} : { promotedConfigs }),
    ...(progress.askedFrom === undefined ? {} : { askedFrom: progress.askedFrom }),
    ...(approved?.length ? { approved } : {}),
    ...(held.length > 0 ? { held, heldSince: heldSinceOf(old, held, sameRun) ?? time } : {}),
    ...(change.pending ? { pending: true } : {}),
    ...(progress.failure === undefined ? {} : { failure: progress.failure }),
    ...(madeFrom ? { madeFrom } : {}),
    ...(inherited ? { inherited } : {}),
    ...(overwritten === undefined ? {} : { overwritten }),
    ...(obeyed?.length ? { obeyed } : {}),
    ...(promotedBy === undefined ? {} : { promotedBy }),
    ...(tallies ? { tallies } : {}),
  };
}
