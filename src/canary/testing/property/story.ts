import type { Stage } from '../../../api/status.ts';
import type { Command } from '../../../api/steering.ts';

/** How the pods of one revision behave on one side. `dead`: they never get ready. */
export type PodLife = 'prompt' | 'slow' | 'dead';

export interface Revision {
  readonly canary: PodLife;
  readonly primary: PodLife;
}

export type MetricVerdict = 'pass' | 'fail' | 'noData' | 'error';

/** Answers are given in turn, one for each state of the Canary in which it is asked; then it passes for ever. */
export interface MetricScript {
  readonly form: 'builtin' | 'inline' | 'template';
  readonly verdicts: readonly MetricVerdict[];
  readonly noData: 'fail' | 'wait' | 'pass' | 'skip';
  readonly role: 'usual' | 'critical' | 'dryRun';
}

export type HookAnswer = 'yes' | 'no' | 'broken' | 'lost';

/** As metrics; in the end it agrees, and a rollback hook is quiet. */
export interface HookScript {
  readonly type:
    | 'confirm-rollout'
    | 'pre-rollout'
    | 'rollout'
    | 'confirm-traffic-increase'
    | 'confirm-promotion'
    | 'rollback'
    | 'post-rollout';
  readonly retries: number;
  readonly answers: readonly HookAnswer[];
}

export type Strategy =
  | { readonly kind: 'linear'; readonly stepWeight: number; readonly maxWeight: number }
  | { readonly kind: 'list'; readonly stepWeights: readonly number[] }
  | { readonly kind: 'ab' | 'blueGreen'; readonly iterations: number };

/** Fields of the analysis that a user may change while a run is on; absent ones stay. */
export interface Edit {
  readonly strategy?: Strategy;
  readonly threshold?: number;
  readonly intervalSeconds?: number;
  readonly skipAnalysis?: boolean;
  /** Drops all metrics but the first ones. */
  readonly metricsKept?: number;
}

/** What a user may take away from a Canary that stays: `route` stands for the routing object of its provider. */
export const losable = ['primary', 'route', 'apex', 'primaryService', 'canaryService'] as const;
export type Losable = (typeof losable)[number];

export type Deed =
  /** The next revision of the list; after the last one an older one under a new name. */
  | { readonly kind: 'release' }
  /** Back to the template that the primary runs. */
  | { readonly kind: 'revert' }
  | { readonly kind: 'config' }
  /** Every pod of a side stops answering; `undefined` seconds: for good. */
  | { readonly kind: 'outage'; readonly side: 'canary' | 'primary'; readonly seconds: number | undefined }
  | { readonly kind: 'edit'; readonly edit: Edit }
  | { readonly kind: 'suspend'; readonly seconds: number }
  /** A spec that can't work, mended after a while. */
  | { readonly kind: 'spoil'; readonly seconds: number }
  /** Another provider, for good. */
  | { readonly kind: 'reroute' }
  | { readonly kind: 'scale'; readonly side: 'canary' | 'primary'; readonly replicas: number }
  | { readonly kind: 'delete' }
  /** By annotation; `named`: for the revision that status shows at that moment. */
  | { readonly kind: 'command'; readonly word: Command; readonly named: boolean }
  | { readonly kind: 'pause'; readonly seconds: number }
  /** Something that the controller made is deleted by a user. */
  | { readonly kind: 'loss'; readonly of: Losable }
  /** The target is deleted, and applied again after a while with all its replicas: as it was, or with the next revision. */
  | { readonly kind: 'reapply'; readonly seconds: number; readonly release: boolean }
  /** The Canary is deleted, and applied again before garbage collection comes; not where it gives everything back. */
  | { readonly kind: 'recreate'; readonly afterMs: number };

/** The state of the Canary in which a deed is done: the stage, and the plan's step at least. */
export interface Cue {
  readonly stage: Stage;
  readonly step: number;
  /** Virtual time between cue and deed. */
  readonly afterMs: number;
  /** Also when the Canary stands there already at the deed before; else at its next change. */
  readonly atOnce?: boolean;
}

/** Deeds are done in order: a later cue isn't heard before the deed ahead of it is done. */
export interface Scene {
  readonly cue: Cue;
  readonly deed: Deed;
}

export interface Fault {
  /** Which write of the controller fails, from 1. */
  readonly write: number;
  readonly kind: 'conflict' | 'refused' | 'unavailable' | 'lost';
}

/** Everything that happens to one Canary. Plain data: a failing one can be printed, shrunk and played again. */
export interface Story {
  readonly provider: 'istio' | 'gatewayapi:v1' | 'nginx' | 'kubernetes';
  readonly target: 'Deployment' | 'DaemonSet' | 'StatefulSet';
  readonly strategy: Strategy;
  readonly mirror: boolean;
  readonly affinity: boolean;
  readonly intervalSeconds: number;
  readonly threshold: number;
  readonly readyThreshold: number;
  /** `stepWeightPromotion`; 0: all at once. */
  readonly returnStep: number;
  readonly skipAnalysis: boolean;
  readonly measureAll: boolean;
  readonly failFast: boolean;
  readonly revertOnDeletion: boolean;
  readonly replicas: number;
  readonly autoscaled: boolean;
  /** The apex Service was there before, and leads to the target's pods. */
  readonly adopted: boolean;
  readonly configs: number;
  /** What the gateway reports of routes, where it reports. */
  readonly gateway: 'prompt' | 'slow' | 'silent';
  readonly metrics: readonly MetricScript[];
  readonly hooks: readonly HookScript[];
  readonly revisions: readonly Revision[];
  readonly scenes: readonly Scene[];
  readonly lagMs: number;
  readonly faults: readonly Fault[];
  /** Where a controller dies, as a share of the writes of the undisturbed play. */
  readonly death: { readonly at: number; readonly when: 'before' | 'after' } | undefined;
}

export const DEADLINE_SECONDS = 240;
