import type { KubeObject, ObjectRef, StringMap } from '../kube/object.ts';

/**
 * A Canary, parsed: names resolved, defaults and durations applied, impossible combinations refused. Made once from the raw
 * object by `parseCanary`; everything inside the engine works on this and never on raw JSON.
 */
export interface Canary {
  readonly name: string;
  readonly namespace: string;
  readonly uid: string;
  readonly generation: number;
  readonly deleting: boolean;
  readonly finalizers: readonly string[];
  /** Some meshes take settings from annotations of the Canary. */
  readonly annotations?: StringMap;
  readonly target: TargetRef;
  /** Name of the stable copy of the target: `<target>-primary`. */
  readonly primaryName: string;
  readonly provider: string;
  readonly metricsServer: string | undefined;
  readonly autoscalerRef: AutoscalerRef | undefined;
  readonly primaryDisruptionBudget: DisruptionBudget | undefined;
  readonly ingressRef: ObjectRef | undefined;
  readonly routeRef: ObjectRef | undefined;
  /** Gloo: the Upstream whose settings are copied. */
  readonly upstreamRef?: ObjectRef;
  readonly service: Service;
  readonly strategy: Strategy;
  readonly analysis: Analysis;
  readonly progressDeadlineMs: number;
  readonly skipAnalysis: boolean;
  readonly revertOnDeletion: boolean;
  readonly suspend: boolean;
}

export type Strategy = 'canary' | 'blue-green' | 'ab-testing';

export interface TargetRef {
  readonly apiVersion: string;
  readonly kind: 'Deployment' | 'DaemonSet' | 'StatefulSet' | 'Service';
  readonly name: string;
}

/** How many of the primary's pods an eviction may take away: a count, or a share such as `25%`. */
export type DisruptionBudget =
  | { readonly minAvailable: number | string }
  | { readonly maxUnavailable: number | string };

export interface AutoscalerRef {
  readonly apiVersion: string;
  readonly kind: 'HorizontalPodAutoscaler' | 'ScaledObject';
  readonly name: string;
  readonly primaryScalerQueries: StringMap;
  readonly primaryMinReplicas: number | undefined;
  readonly primaryMaxReplicas: number | undefined;
}

/** `spec.service`, with the three Service names resolved. */
export interface Service {
  readonly apexName: string;
  /** `<apex>-primary` */
  readonly primaryName: string;
  /** `<apex>-canary` */
  readonly canaryName: string;
  readonly port: number;
  /** default `http` */
  readonly portName: string;
  /** `undefined` when absent or 0: the port itself. */
  readonly targetPort: number | string | undefined;
  readonly appProtocol: string | undefined;
  readonly trafficDistribution: string | undefined;
  readonly portDiscovery: boolean;
  readonly headless: boolean;
  /** Durations of routes stay as the user wrote them. */
  readonly timeout: string | undefined;
  readonly backendTimeout: string | undefined;
  readonly gateways: readonly string[];
  readonly gatewayRefs: readonly GatewayRef[];
  readonly hosts: readonly string[];
  readonly delegation: boolean;
  /** Istio TrafficPolicy, verbatim. */
  readonly trafficPolicy: Readonly<Record<string, unknown>> | undefined;
  readonly match: readonly HttpMatch[];
  readonly rewrite: { readonly uri?: string; readonly authority?: string; readonly type?: string } | undefined;
  readonly retries: Readonly<Record<string, unknown>> | undefined;
  readonly headers: { readonly request?: HeaderOperations; readonly response?: HeaderOperations } | undefined;
  readonly mirror: readonly { readonly backendRef: Readonly<Record<string, unknown>> }[];
  readonly corsPolicy: CorsPolicy | undefined;
  readonly apex: Metadata | undefined;
  readonly primary: Metadata | undefined;
  readonly canary: Metadata | undefined;
  /** App Mesh: name of the mesh. */
  readonly meshName?: string;
  /** App Mesh: virtual services that the target calls. */
  readonly backends?: readonly string[];
  readonly unmanaged: { readonly annotations: readonly string[]; readonly labels: readonly string[] };
}

export interface Metadata {
  readonly labels?: StringMap;
  readonly annotations?: StringMap;
}

export interface GatewayRef {
  readonly group?: string;
  readonly kind?: string;
  readonly namespace?: string;
  readonly name: string;
  readonly sectionName?: string;
  readonly port?: number;
}

export interface HeaderOperations {
  readonly add?: StringMap;
  readonly set?: StringMap;
  readonly remove?: readonly string[];
}

export interface CorsPolicy {
  readonly allowOrigin?: readonly string[];
  readonly allowOrigins?: readonly StringMatch[];
  readonly allowMethods?: readonly string[];
  readonly allowHeaders?: readonly string[];
  readonly exposeHeaders?: readonly string[];
  readonly maxAge?: string;
  readonly allowCredentials?: boolean;
}

/** At most one of these is set. */
export interface StringMatch {
  readonly exact?: string;
  readonly prefix?: string;
  readonly suffix?: string;
  readonly regex?: string;
}

/** A request condition in the shape of Istio's HTTPMatchRequest; `service.match` and `analysis.match` share it. */
export interface HttpMatch {
  readonly name?: string;
  readonly uri?: StringMatch;
  readonly scheme?: StringMatch;
  readonly method?: StringMatch;
  readonly authority?: StringMatch;
  readonly headers?: { readonly [name: string]: StringMatch };
  readonly withoutHeaders?: { readonly [name: string]: StringMatch };
  readonly queryParams?: { readonly [name: string]: StringMatch };
  readonly port?: number;
  readonly sourceLabels?: StringMap;
  readonly sourceNamespace?: string;
  readonly gateways?: readonly string[];
  readonly ignoreUriCase?: boolean;
}

/** `spec.analysis`. Durations in milliseconds, weights in percent. */
export interface Analysis {
  readonly intervalMs: number;
  /** Failed checks that end the run; at least 1. */
  readonly threshold: number;
  readonly iterations: number;
  readonly stepWeight: number;
  readonly stepWeights: readonly number[];
  readonly maxWeight: number;
  /** 0: all traffic returns to the primary at once. */
  readonly stepWeightPromotion: number;
  readonly mirror: boolean;
  readonly mirrorWeight: number | undefined;
  readonly primaryReadyThreshold: number;
  readonly canaryReadyThreshold: number;
  readonly match: readonly HttpMatch[];
  readonly metrics: readonly Metric[];
  /** Whether the metrics behind one that failed are measured as well. */
  readonly measureAll: boolean;
  /** Whether a canary whose pods can never run ends the run at once. */
  readonly failFast: boolean;
  readonly hooks: readonly Hook[];
  readonly alerts: readonly AlertRef[];
  readonly sessionAffinity: SessionAffinity | undefined;
}

export interface Metric {
  readonly name: string;
  /** The query window as the user wrote it, `1m` when absent: it is pasted into queries. */
  readonly interval: string;
  /** The deprecated single bound; used only without `range`. */
  readonly threshold: number;
  readonly range: { readonly min?: number; readonly max?: number } | undefined;
  readonly query: string | undefined;
  readonly templateRef: { readonly name: string; readonly namespace: string } | undefined;
  readonly templateVariables: StringMap;
  readonly noData: NoDataPolicy;
  /** Fewer samples than this count as no data; 0: any number will do. */
  readonly minSamples: number;
  /** A value outside the bounds ends the run at once. */
  readonly critical: boolean;
  /** Measured and told, without any say. */
  readonly dryRun: boolean;
  readonly limits: MetricLimits;
}

/** What becomes of a step when a metric has no data. */
export const noDataPolicies = ['fail', 'wait', 'pass', 'skip'] as const;
export type NoDataPolicy = (typeof noDataPolicies)[number];

/** How much of one run a metric may spoil: one more than that ends the run. A limit that is absent limits nothing. */
export interface MetricLimits {
  readonly failures?: number;
  readonly consecutiveFailures?: number;
  readonly consecutiveErrors?: number;
}

export const hookTypes = [
  'confirm-rollout',
  'pre-rollout',
  'rollout',
  'confirm-traffic-increase',
  'confirm-promotion',
  'post-rollout',
  'rollback',
  'event',
] as const;
export type HookType = (typeof hookTypes)[number];

export interface Hook {
  readonly name: string;
  readonly type: HookType;
  /** Absent: a gate that people open by annotation, and nobody is called. */
  readonly url: string | undefined;
  /** per attempt */
  readonly timeoutMs: number;
  /** Attempts after the first one. */
  readonly retries: number;
  /** How long a gate may stay shut; `undefined` = for ever. */
  readonly expiryMs: number | undefined;
  readonly disableTLS: boolean;
  readonly muteAlert: boolean;
  readonly metadata: StringMap;
}

/** A hook that somebody answers over HTTP. */
export type CalledHook = Hook & { readonly url: string };

export function isCalled(hook: Hook): hook is CalledHook {
  return hook.url !== undefined;
}

export interface AlertRef {
  readonly name: string;
  readonly severity: 'info' | 'warn' | 'error';
  readonly providerRef: { readonly name: string; readonly namespace: string };
}

export interface SessionAffinity {
  readonly cookieName: string;
  readonly primaryCookieName: string | undefined;
  readonly maxAgeSeconds: number;
  readonly domain: string | undefined;
  readonly path: string | undefined;
  readonly httpOnly: boolean;
  readonly partitioned: boolean;
  readonly secure: boolean;
  readonly sameSite: 'Strict' | 'Lax' | 'None' | undefined;
}

/** Why a Canary can't work: which field, what is wrong with it, and what to do. */
export interface Refusal {
  /** CamelCase, for the condition; from the error registry. */
  readonly reason: string;
  /** Path in the object, such as `spec.analysis.stepWeights[2]`. */
  readonly field: string;
  /** A full sentence that names the field, the fault and the remedy. */
  readonly message: string;
}

export type Parsed<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly refusals: readonly Refusal[] };

/** The owner reference that everything made for a Canary carries. */
export function ownerOf(
  canary: Pick<Canary, 'name' | 'uid'>,
): NonNullable<KubeObject['metadata']['ownerReferences']>[number] {
  return {
    apiVersion: 'flagger.app/v1beta1',
    kind: 'Canary',
    name: canary.name,
    uid: canary.uid,
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** Tells the GitOps reconcilers to leave a generated object alone (Flagger compatibility). */
export const markerAnnotations: StringMap = {
  'kustomize.toolkit.fluxcd.io/reconcile': 'disabled',
  'helm.toolkit.fluxcd.io/driftDetection': 'disabled',
};
