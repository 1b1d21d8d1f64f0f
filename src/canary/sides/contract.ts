import type { JsonObject, KubeObject } from '../../kube/object.ts';
import type { Impossible, Readiness, ReadinessRule } from '../workloads/contract.ts';

/** What a promotion leaves on the primary. */
export interface Promotion {
  /** Tells this promotion from others. */
  readonly id: string;
  /** ConfigMaps and Secrets that have a `-primary` copy, as `configmap/<name>` and `secret/<name>`. */
  readonly copiedConfigs: ReadonlySet<string>;
  /** Of the pods, where it isn't the target's own. */
  readonly template?: JsonObject | undefined;
}

/** How far a target is given back to its owner: what is still to be written, or whether it could take all traffic. */
export type GivingBack = { readonly patches: readonly JsonObject[] } | { readonly ready: boolean };

/**
 * The two sides of one target as seen now: the canary and the primary, whatever holds them. The stages and `desired` talk to
 * this alone, so that no rule of theirs depends on the kind of target. Pure.
 */
export interface Sides {
  /** Key of the label that tells the pods of the two sides apart; `undefined` where no pods are selected. */
  readonly selectorLabel: string | undefined;
  /** What stands behind the routes of each side, complete. */
  backends(): readonly KubeObject[];
  /** What clients call, complete; empty where that is the target itself. */
  apex(): readonly KubeObject[];
  /** The apex as its owner had it; empty when there is nothing to give back. */
  releasedApex(): readonly KubeObject[];
  /** The primary to create or the promoted one, complete. */
  primary(promotion: Promotion): KubeObject | Impossible;
  /** Whether the primary exists and carries the promotion `id`. */
  promoted(id: string): boolean;
  /** Whether the primary runs what the target has now, whichever promotion brought it. */
  equalsTarget(copiedConfigs: ReadonlySet<string>): boolean;
  /** Whether a primary that exists can be reached through what `backends` makes. */
  reachable(): boolean;
  primaryReadiness(rule: ReadinessRule): Readiness;
  canaryReadiness(rule: ReadinessRule): Readiness;
  /** Merge patch for the target that brings the canary up, or down; `undefined` when nothing is to be done. */
  up(): JsonObject | undefined;
  down(): JsonObject | undefined;
  givingBack(rule: ReadinessRule): GivingBack;
}
