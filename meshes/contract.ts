import type { Canary } from '../src/api/canary.ts';
import type { KubeObject, ObjectRef, StringMap } from '../src/kube/object.ts';

/** Share of the apex traffic, in percent. primary + canary = 100. */
export interface Traffic {
  readonly primary: number;
  readonly canary: number;
  readonly mirror: boolean;
}

/** What the cache holds of an object, if anything. */
export type Live = (ref: ObjectRef) => KubeObject | undefined;

export interface RouteRequest {
  readonly canary: Canary;
  readonly traffic: Traffic;
  /** Key of the label that selects the target's pods, such as `app`; `undefined` where no pods are selected. */
  readonly selectorLabel: string | undefined;
  /** Whether generated objects carry an owner reference (not when routes live in another cluster). */
  readonly owned: boolean;
  /** Session affinity. Without the canary's cookie a split is rendered plain: no request sticks to a side. */
  readonly cookies?: AffinityCookies | undefined;
}

/** Cookies that keep a user on one side, each as `name=value`. */
export interface AffinityCookies {
  /** Of the running canary. */
  readonly canary?: string | undefined;
  /** Of the primary; used only with `primaryCookieName`. */
  readonly primary?: string | undefined;
  /** Of the canary that ended: clients are asked to drop it while all traffic is on the primary. */
  readonly previous?: string | undefined;
}

/**
 * The wanted objects, each complete: made from the live one where there is one, so that what others own in it survives.
 * `act` writes those that differ from the live ones, in order. `impossible`: why no route can be made, as a sentence.
 */
export type Rendered = { readonly objects: readonly KubeObject[] } | { readonly impossible: string };

/** `unreadable`: why the live objects tell no weights, as a sentence. */
export type ReadTraffic = { readonly traffic: Traffic } | { readonly unreadable: string };

/** Whether the data plane has taken over the present objects. `waiting` says what is missing, as a sentence. */
export type Settled = { readonly settled: true } | { readonly settled: false; readonly waiting: string };

/** What a provider can express; anything else is refused when a Canary is parsed, or left out with a warning. */
export interface Capabilities {
  /** Split by percent. */
  readonly weights: boolean;
  /** A/B: send requests that match to the canary. */
  readonly match: boolean;
  /** Send a copy of requests to the canary. */
  readonly mirror: 'always' | 'blue-green' | 'never';
  readonly affinity: boolean;
  /**
   * What of this Canary its routes won't say although it is of a kind that they could, each as a sentence that names what
   * counts instead. Pure; absent: nothing.
   */
  leavesOut?(canary: Canary): readonly string[];
}

export interface MeshOptions {
  /** Prefix of ingress-nginx annotations. */
  readonly ingressAnnotationsPrefix: string;
  /** `kubernetes.io/ingress.class` of generated Contour proxies. */
  readonly ingressClass: string;
}

/** A mesh, ingress controller or gateway: pure functions from a Canary and wanted traffic to objects, and back. */
export interface Mesh {
  /** Values of `spec.provider` that mean this mesh. */
  readonly providers: readonly string[];
  readonly can: Capabilities;
  /** Every object that `render`, `read` and `settled` look at. */
  refs(canary: Canary): readonly ObjectRef[];
  render(request: RouteRequest, live: Live): Rendered;
  read(canary: Canary, live: Live): ReadTraffic;
  /** `revertOnDeletion`: the objects as their owner had them. Objects that we own are left to garbage collection. */
  release(canary: Canary, live: Live): Rendered;
  settled(canary: Canary, live: Live): Settled;
}

/**
 * Labels of generated routing objects: those of `service.apex` and the selector label with the apex name; none when the
 * Canary says nothing about the apex (Flagger compatibility).
 */
export function apexLabels(request: RouteRequest): StringMap {
  const { canary, selectorLabel } = request;
  const { apex, apexName } = canary.service;
  if (!apex) return {};
  return selectorLabel === undefined ? { ...apex.labels } : { ...apex.labels, [selectorLabel]: apexName };
}
