import type { Canary } from '../api/canary.ts';
import type { CanaryStatus, Stage } from '../api/status.ts';
import type { Alert } from '../notify/contract.ts';
import { cookieFields } from './affinity.ts';
import { digest } from './digest.ts';
import { estimatedEnd } from './estimate.ts';
import { type MachineEvent, type Progress, step } from './machine.ts';
import type { Notice } from './notice.ts';
import { stillObeyed } from './obeyed.ts';
import type { Observation, Scene } from './observation.ts';
import type { Answers, HookPayload, Question } from './question.ts';
import { isRetargeted, routesOf, targetName } from './remembered.ts';
import { progressOf, type StatusChange, stageOf, writeStatus } from './status.ts';
import type { Desired } from './wanted.ts';

/** When the next look is due, and what for. Without `at` a change of the world brings it. */
export interface Wake {
  readonly at?: number;
  readonly why: string;
}

export interface Decision {
  /** The complete next status; the present one, unchanged, when there is nothing to decide. */
  readonly status: CanaryStatus;
  readonly say: readonly Notice[];
  readonly next: Wake;
  /** The world is left as it is: something must be mended first, or the user asked for a pause. */
  readonly hold?: boolean;
  /** The world that goes with a status that stays as it is, where it was worked out already. */
  readonly wanted?: Desired;
}

/** Either something must be found out first, or here is what to do. */
export type Verdict = { readonly ask: readonly Question[] } | { readonly act: Decision };

/** What every part of the policy gets: one look at the world, the time, and the answers so far. */
export interface Turn<Seen extends Observation = Scene> {
  readonly seen: Seen;
  readonly canary: Canary;
  readonly now: number;
  readonly answers: Answers;
  readonly stage: Stage;
  readonly progress: Progress;
}

export function turnOf<Seen extends Observation>(seen: Seen, canary: Canary, answers: Answers): Turn<Seen> {
  return { seen, canary, now: seen.at, answers, stage: stageOf(seen.status), progress: progressOf(seen.status) };
}

/** What a decision says about the next status, besides where the machine goes. */
export interface Change extends Omit<StatusChange, 'obeyed' | 'estimatedEnd'> {
  /** Annotations whose requests this decision obeys. */
  readonly obeys?: readonly string[];
}

/** Follows an event of the machine and writes down where it led. */
export function move<Seen extends Observation>(
  turn: Turn<Seen>,
  event: MachineEvent,
  change: Change,
  say: readonly Notice[] = [],
): Verdict {
  const { stage, progress } = step(turn.stage, turn.progress, event);
  return record(turn, stage, progress, change, say, event.type === 'retargeted');
}

/** Nothing to decide, and nothing to touch either, until what is wrong is mended. */
export function hold<Seen extends Observation>(turn: Turn<Seen>, why: string, say: readonly Notice[] = []): Verdict {
  return { act: { status: turn.seen.status, say, next: { why }, hold: true } };
}

/** Writes something down without leaving the stage. */
export function note<Seen extends Observation>(turn: Turn<Seen>, change: Change, say: readonly Notice[] = []): Verdict {
  return record(turn, turn.stage, turn.progress, change, say);
}

/** Nothing to decide now. */
export function wait<Seen extends Observation>(turn: Turn<Seen>, next: Wake, say: readonly Notice[] = []): Verdict {
  return { act: { status: turn.seen.status, say, next } };
}

function record<Seen extends Observation>(
  turn: Turn<Seen>,
  stage: Stage,
  progress: Progress,
  change: Change,
  say: readonly Notice[],
  retargeted = false,
): Verdict {
  const { now, canary, seen } = turn;
  // All of it is about the target before, until the machine takes another one in hand
  const about = !retargeted && isRetargeted(canary, seen.status) ? seen.status.run : undefined;
  const obeyed = stillObeyed(seen.status, change.obeys ?? [], seen.object.metadata.annotations);
  const from = change.notBefore ?? now;
  const end = seen.plan && estimatedEnd({ canary, plan: seen.plan, stage, progress, from });
  const status = writeStatus(
    seen.status,
    stage,
    progress,
    { ...change, obeyed, estimatedEnd: end },
    {
      now,
      targetKind: canary.target.kind,
      target: about?.target ?? targetName(canary),
      routes: about?.routes ?? routesOf(canary),
      cookies: cookieFields(canary, seen.status, progress),
    },
  );
  const next = { why: change.next, ...(change.notBefore === undefined ? {} : { at: change.notBefore }) };
  return { act: { status, say, next } };
}

/** `<name>.<namespace>`, as events name a Canary. */
export function subject(canary: Canary): string {
  return `${canary.name}.${canary.namespace}`;
}

/** `<target>.<namespace>` */
export function targetSubject(canary: Canary): string {
  return `${canary.target.name}.${canary.namespace}`;
}

/**
 * What a webhook is told. The checksum is one for a pair of revision and configs: receivers use it to tell releases apart.
 */
export function hookPayload(canary: Canary, status: CanaryStatus, phase: string): HookPayload {
  const { trackedConfigs = null, lastAppliedSpec = '' } = status;
  return {
    name: canary.name,
    namespace: canary.namespace,
    phase,
    checksum: digest({ trackedConfigs, lastAppliedSpec }),
  };
}

/** An event about the turn's Canary in the phase and with the hashes that status shows now, unless told otherwise. */
export function event<Seen extends Observation>(
  turn: Turn<Seen>,
  type: 'Normal' | 'Warning',
  message: string,
  options: {
    readonly phase?: string;
    readonly status?: CanaryStatus;
    readonly repeat?: 'eachInterval' | 'afterInterval';
  } = {},
): Notice {
  const status = options.status ?? turn.seen.status;
  const payload = hookPayload(turn.canary, status, options.phase ?? status.phase ?? '');
  return { kind: 'event', type, message, payload, repeat: options.repeat ?? 'once' };
}

export function alert(
  severity: 'info' | 'warn' | 'error',
  text: string,
  { withFields = false, details = [] }: { readonly withFields?: boolean; readonly details?: Alert['fields'] } = {},
): Notice {
  return { kind: 'alert', severity, text, withFields, details };
}
