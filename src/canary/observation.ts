import type { Live, Mesh } from '../../meshes/contract.ts';
import type { Canary, Refusal } from '../api/canary.ts';
import type { CanaryStatus } from '../api/status.ts';
import type { Kind, KubeObject } from '../kube/object.ts';
import type { ScalerSight } from './autoscalers/sight.ts';
import type { PastTemplate } from './history.ts';
import type { Plan } from './plan.ts';
import type { Sides } from './sides/contract.ts';
import type { ConfigRef, Selector } from './workloads/contract.ts';

/** One look at a Canary and at all that matters to it; taken from the cache alone. */
export interface Observation {
  /** When it was seen, in milliseconds. */
  readonly at: number;
  readonly object: KubeObject;
  readonly status: CanaryStatus;
  readonly live: Live;
  /** Whether an object that we want needs no write: it equals the live one, or is what we wrote last. */
  readonly stands: (wanted: KubeObject) => boolean;
  /** Of a Canary that could be looked at in full. */
  readonly plan?: Plan;
}

/** A Canary that parsed, with its target and everything that its reconciling needs. */
export interface Scene extends Observation {
  readonly canary: Canary;
  readonly mesh: Mesh;
  readonly target: KubeObject;
  readonly primary: KubeObject | undefined;
  readonly sides: Sides;
  /** What tells the pods of the two sides apart; `undefined` where the target has none. */
  readonly selector: Selector | undefined;
  /** Of the target as it is now. */
  readonly revision: string;
  readonly configs: readonly ConfigSight[];
  /** Whether changes of configs count as changes of the target. */
  readonly tracksConfigs: boolean;
  readonly plan: Plan;
  /** The autoscalers of both sides; `undefined` without any. */
  readonly scalers: ScalerSight | undefined;
  /** What was promoted last, where the primary is missing and the target has another template by now. */
  readonly promotedTemplate?: PastTemplate;
  /** The routes of the target before, which the spec doesn't name any more. */
  readonly leaves?: Routed;
  /** What the spec says and the run under way doesn't follow, as a sentence. */
  readonly deferred?: string;
  /** Why the pods of the canary can never run (`hardFailureOf`); looked for only where `analysis.failFast` asks. */
  readonly hardFailure?: string | undefined;
}

/** A Canary by what names its routes, and who makes these. */
export interface Routed {
  readonly canary: Canary;
  readonly mesh: Mesh;
}

/** A ConfigMap or Secret as seen now. */
export interface ConfigSight extends ConfigRef {
  /** It exists, as far as the metadata cache knows. */
  readonly exists: boolean;
  /** Its content at the version seen; `undefined` until it was asked for. */
  readonly content: KubeObject | undefined;
  /** Its `-primary` copy, as metadata. */
  readonly copy?: KubeObject | undefined;
  /** The content of the copy; `undefined` until it was asked for. */
  readonly copied?: KubeObject | undefined;
}

/**
 * What one look found. `refused`: the spec can't work, and why. `blocked`: something that must exist is missing or not as
 * it must be; a sentence, as the reference words it. `loading`: the cache doesn't know a kind yet.
 */
export type Sight =
  | { readonly kind: 'gone' }
  | { readonly kind: 'loading'; readonly kinds: readonly Kind[] }
  | { readonly kind: 'refused'; readonly seen: Observation; readonly refusals: readonly Refusal[] }
  | {
      readonly kind: 'blocked';
      readonly seen: Observation;
      readonly canary: Canary;
      readonly mesh: Mesh;
      readonly why: string;
      /** As of a scene. */
      readonly leaves?: Routed;
    }
  | { readonly kind: 'scene'; readonly scene: Scene };
