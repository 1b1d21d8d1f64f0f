import type { StringMap } from '../kube/object.ts';
import type { GatewayRef } from './canary.ts';

/** Values of `status.phase`, as the reference writes them. */
export const phases = [
  'Initializing',
  'Initialized',
  'Waiting',
  'Progressing',
  'WaitingPromotion',
  'Promoting',
  'Finalising',
  'Succeeded',
  'Failed',
  'Terminating',
  'Terminated',
] as const;
export type Phase = (typeof phases)[number];

/** Where the machine stands; finer than the phase, and what the wanted world is computed from. */
export const stages = [
  'creating',
  'takingOver',
  'idle',
  'asking',
  'starting',
  'analysing',
  'holding',
  'promoting',
  'returning',
  'draining',
  'skipping',
  'rollingBack',
  'stranded',
  'leaving',
] as const;
export type Stage = (typeof stages)[number];

export interface Condition {
  readonly type: string;
  readonly status: 'True' | 'False' | 'Unknown';
  readonly reason: string;
  readonly message: string;
  readonly lastUpdateTime?: string;
  readonly lastTransitionTime?: string;
  readonly observedGeneration?: number;
}

/** `status` of a Canary. The first block is the reference's; `run`, `evidence` and `next` are ours. */
export interface CanaryStatus {
  readonly phase?: Phase;
  /** Percent of the apex traffic that the canary is meant to get. */
  readonly canaryWeight: number;
  /** Failed checks of this run, never lowered by a passing one. */
  readonly failedChecks: number;
  readonly iterations: number;
  /** `configmap/<name>` or `secret/<name>` → checksum of its content. Absent when nothing can be tracked. */
  readonly trackedConfigs?: StringMap;
  readonly lastAppliedSpec?: string;
  readonly lastPromotedSpec?: string;
  readonly lastTransitionTime?: string;
  readonly sessionAffinityCookie?: string;
  readonly previousSessionAffinityCookie?: string;
  readonly primarySessionAffinityCookie?: string;
  readonly conditions?: readonly Condition[];

  readonly run?: Run;
  /** The last run that failed, until one succeeds. */
  readonly lastFailure?: Failure;
  /** The last decisions, newest last; bounded. */
  readonly evidence?: readonly Evidence[];
  readonly next?: Next;
}

/** A run that failed. */
export interface Failure {
  readonly time: string;
  readonly revision?: string;
  /** In words, with the check, its value and its bound where a check decided. */
  readonly cause: string;
}

/** The part of a spec that names the routes of a run. */
export interface RoutesNamed {
  readonly provider: string;
  readonly apex: string;
  /** Name of `spec.ingressRef`. */
  readonly ingress?: string;
  readonly gatewayRefs?: readonly GatewayRef[];
}

/** Progress of the machine that must outlive the process. */
export interface Run {
  readonly stage: Stage;
  /** When the stage began. */
  readonly since: string;
  /** Counts runs of this Canary; makes ids new per run. */
  readonly number: number;
  /** Index into the plan: the step to be done next. */
  readonly step: number;
  /** How many steps the plan has. */
  readonly steps: number;
  /** When the run ends if every check passes at once and nothing is waited for. */
  readonly estimatedEnd?: string;
  /** Traffic as decided: what the routes must say. */
  readonly traffic: { readonly canary: number; readonly mirror: boolean };
  /** Not before this instant is the next step tried. Absent: as soon as the world allows. */
  readonly notBefore?: string;
  /** Digest of the configs at the last promotion, to recognise a change that was taken back. */
  readonly promotedConfigs?: string;
  /** `<kind>/<name>` of the target that all of this is about. */
  readonly target?: string;
  /** What names the routes that carry its traffic. */
  readonly routes?: RoutesNamed;
  /** The phase to fall back to when the change that is being asked about goes away. */
  readonly askedFrom?: Phase;
  /** Gates that said yes, by hook name: not asked again for this revision. */
  readonly approved?: readonly string[];
  /** Gates that said no and were reported, by hook type and name: reported once. */
  readonly held?: readonly string[];
  /** Since when they say no. */
  readonly heldSince?: string;
  /** A change was recorded while the phase was `Failed`, and its run hasn't begun yet. */
  readonly pending?: boolean;
  /** Why the run ends badly, while it is being rolled back. */
  readonly failure?: string;
  /** The revision that a promotion which isn't done has put over what was promoted. */
  readonly overwritten?: string;
  /** The primary stood before this Canary did, and stays as it is; told until all traffic is on it. */
  readonly inherited?: boolean;
  /** What the first primary was made from, until all traffic is on it. */
  readonly madeFrom?: { readonly revision: string; readonly trackedConfigs?: StringMap };
  /** Digests of requests by annotation that were obeyed and still stand there. */
  readonly obeyed?: readonly string[];
  /** Worked out from the public fields, since none was kept: what was obeyed isn't known. Never written. */
  readonly derived?: true;
  /** Who asked for the promotion of this run before it began. */
  readonly promotedBy?: string;
  /** What metrics with limits or a policy for no data have been through in this run, by metric. */
  readonly tallies?: Tallies;
  /** What was decided and may not be said yet, so that another controller can say it when this one dies. */
  readonly telling?: readonly Telling[];
}

/** An Event, an alert, a call of the post-rollout hooks, or the end of a run that is counted. */
export type Telling = {
  /** Part of the name of the Event that proves it: its own, or the last one of the same decision. */
  readonly id: string;
} & (
  | {
      readonly kind: 'event';
      readonly type: 'Normal' | 'Warning';
      readonly message: string;
      /** What event hooks are told besides. */
      readonly phase: string;
      readonly checksum: string;
    }
  | {
      readonly kind: 'alert';
      readonly severity: 'info' | 'warn' | 'error';
      readonly text: string;
      /** Absent: no. */
      readonly withFields?: boolean;
      readonly details?: readonly { readonly name: string; readonly value: string }[];
    }
  | { readonly kind: 'hooks'; readonly phase: string; readonly checksum: string }
  | { readonly kind: 'finished'; readonly outcome: 'succeeded' | 'failed'; readonly how: 'completed' | 'skipped' }
);

export type Tallies = { readonly [metric: string]: Tally };

/** Counts of one metric in one run; absent ones are 0. */
export interface Tally {
  readonly failures?: number;
  readonly consecutiveFailures?: number;
  readonly consecutiveErrors?: number;
  /** Since when there is no data, if there is none. */
  readonly silentSince?: string;
}

/** One decision and what it rests on. */
export interface Evidence {
  readonly time: string;
  readonly decision: string;
  readonly checks?: readonly CheckEvidence[];
}

export interface CheckEvidence {
  readonly name: string;
  /** As text: `98.69`, `0.2`, `1.515s`, `no data`. */
  readonly value: string;
  /** As text: `>= 99`, `<= 500ms`, `1..5`. */
  readonly bound: string;
  readonly verdict: 'pass' | 'fail' | 'noData' | 'error';
  /** How many samples the value rests on, where that was asked for and could be told. */
  readonly samples?: number;
  /** Why the verdict isn't what counted. `dryRun`: nothing counts. The others: what no data was taken for. */
  readonly effect?: CheckEffect;
}

export const checkEffects = ['dryRun', 'waits', 'passes', 'skipped'] as const;
export type CheckEffect = (typeof checkEffects)[number];

/** What the Canary waits for. `at` is absent when a change, not time, brings the next decision. */
export interface Next {
  readonly at?: string;
  readonly why: string;
}
