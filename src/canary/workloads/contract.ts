import type { Canary } from '../../api/canary.ts';
import type { JsonObject, KubeObject, ObjectRef } from '../../kube/object.ts';

/** The label by which the target's pods are told from the primary's. */
export interface Selector {
  readonly label: string;
  /** Value on the target's pods; the primary's is `<value>-primary`. */
  readonly value: string;
}

export interface ServicePort {
  readonly name: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly protocol: 'TCP' | 'UDP' | 'SCTP';
}

export interface WorkloadOptions {
  /** Accepted selector labels, in order of preference. */
  readonly selectorLabels: readonly string[];
  /** Prefixes of labels and annotations that are copied to the primary; `['*']` = all, empty = none. */
  readonly includeLabelPrefix: readonly string[];
}

/** Why something can't be done, as a sentence that names the remedy. */
export interface Impossible {
  readonly impossible: string;
}

/** Tells a reason from an object, which has no such field. */
export function isImpossible(outcome: object): outcome is Impossible {
  return 'impossible' in outcome && typeof outcome.impossible === 'string';
}

/** `permanent`: waiting longer will not help (a deadline passed). `at`: when a deadline will pass, if one is running. */
export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly why: string; readonly permanent: boolean; readonly deadlineAt?: number };

export interface ReadinessRule {
  /** Share of updated replicas that must be available, in percent. */
  readonly thresholdPercent: number;
  readonly deadlineMs: number;
  /** Milliseconds since the epoch. */
  readonly now: number;
  /** When the present wait began; deadline clock of kinds that have no condition of their own. */
  readonly waitingSince: number;
}

export interface PrimaryRequest {
  readonly canary: Canary;
  readonly target: KubeObject;
  readonly selector: Selector;
  /** The primary as it is, when it exists. */
  readonly live: KubeObject | undefined;
  /** ConfigMaps and Secrets that have a `-primary` copy, as `configmap/<name>` and `secret/<name>`. */
  readonly copiedConfigs: ReadonlySet<string>;
  /** Value of the pod annotation `flagger-id`; a new one makes pods roll even when nothing else differs. */
  readonly id: string;
  /** Replicas under an autoscaler are left alone. */
  readonly autoscaled: boolean;
}

/** A kind of target: objects in, objects out. Holds no client and no clock. */
export interface Workload {
  readonly kind: Canary['target']['kind'];
  /** `impossible`: the sentence that the reference reports when no accepted label is in the selector. */
  selector(canary: Canary, target: KubeObject): Selector | Impossible;
  /** Container ports besides the main one, in pod-spec order; empty unless `service.portDiscovery`. */
  ports(canary: Canary, target: KubeObject): readonly ServicePort[];
  /** Opaque, stable for the same pod template; 16 hex digits. */
  revision(target: KubeObject): string;
  /** The primary to create (`live` absent) or the promoted one (`live` present), complete. `impossible` as above. */
  primary(request: PrimaryRequest): KubeObject | Impossible;
  /** Whether the given primary already carries the promotion `id`. */
  promoted(primary: KubeObject, id: string): boolean;
  readiness(object: KubeObject, rule: ReadinessRule): Readiness;
  /** Whether nothing of it runs any more, or is meant to run. */
  atZero(target: KubeObject): boolean;
  /** Merge patch that takes the target to zero; `undefined` when it is there. */
  toZero(target: KubeObject): JsonObject | undefined;
  /** Merge patch that brings it up; `floor` = replicas that an autoscaler asks for. `undefined` when it is up. */
  fromZero(target: KubeObject, primary: KubeObject | undefined, floor: number | undefined): JsonObject | undefined;
  /** Merge patch for `revertOnDeletion`: as many replicas as the primary has. */
  restore(target: KubeObject, primary: KubeObject | undefined): JsonObject | undefined;
}

/** Answers what the cache holds of an object, if anything. */
export type Lookup = (ref: ObjectRef) => KubeObject | undefined;

export interface RoutedRequest {
  readonly canary: Canary;
  readonly target: KubeObject;
  readonly live: Lookup;
  /** Tells this promotion from others. */
  readonly id: string;
}

/**
 * A kind of target to which routes lead by itself, without Services over its pods: there is no selector, nothing is scaled,
 * no port is discovered and no config is tracked. Objects in, objects out, as with `Workload`.
 */
export interface RoutedTarget {
  readonly apiVersion: string;
  readonly kind: Canary['target']['kind'];
  /** Where the stable side stands; the target itself for a kind that keeps both sides in one object. */
  primaryRef(canary: Canary): ObjectRef;
  /** Every object besides target and primary that the functions below look at. */
  refs(canary: Canary, target: KubeObject): readonly ObjectRef[];
  /** Opaque, 16 hex digits; `impossible` while the target can't tell yet. */
  revision(target: KubeObject): string | Impossible;
  /** What the canary's side of routes leads to, complete; kept in step with the target in every stage. */
  backends(request: Omit<RoutedRequest, 'id'>): readonly KubeObject[];
  /** The primary to create, or the promoted one, complete. */
  primary(request: RoutedRequest): KubeObject;
  promoted(primary: KubeObject, id: string): boolean;
  /** Whether the primary holds what the target has now, whichever promotion brought it. */
  equalsTarget(primary: KubeObject, target: KubeObject): boolean;
  readiness(side: 'primary' | 'canary', target: KubeObject, live: Lookup): Readiness;
}

/** A ConfigMap or Secret that a pod template names. */
export interface ConfigRef {
  /** Key in `status.trackedConfigs`: `configmap/<name>` or `secret/<name>`. */
  readonly key: string;
  readonly ref: ObjectRef;
  /** Every reference to it says `optional: true`. */
  readonly optional: boolean;
}
