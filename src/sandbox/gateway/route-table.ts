import type { CanaryRule } from './canary-rule.ts';
import type { Cors } from './cors.ts';
import type { HeaderEdit } from './header-edits.ts';
import type { Condition } from './matching.ts';
import type { Redirect, UrlRewrite } from './rewrite.ts';

/** A port of a Service. */
export interface Backend {
  readonly namespace: string;
  readonly service: string;
  /** Number, or name (Ingress). */
  readonly port: number | string;
}

/** An alternative backend with the rule that sends requests to it. */
export interface Canary extends CanaryRule {
  readonly backend: Backend;
}

export interface WeightedBackend {
  /** Absent when the reference can't be followed; its share of requests fails. */
  readonly backend: Backend | undefined;
  readonly weight: number;
  readonly filters: Filters;
}

export interface Mirror {
  readonly backend: Backend;
  /** Of requests, 0 to 1. */
  readonly share: number;
}

/** Filters of a rule or of one of its backends. */
export interface Filters {
  readonly request: readonly HeaderEdit[];
  readonly response: readonly HeaderEdit[];
  readonly rewrite: UrlRewrite | undefined;
  readonly redirect: Redirect | undefined;
  readonly mirrors: readonly Mirror[];
  readonly cors: Cors | undefined;
}

/** What becomes of a request that an entry takes. */
export type Action =
  | {
      readonly kind: 'HTTPRoute';
      readonly backends: readonly WeightedBackend[];
      readonly filters: Filters;
      /** For the whole exchange and for each attempt; none when absent. */
      readonly timeoutMs: number | undefined;
      readonly backendTimeoutMs: number | undefined;
    }
  | { readonly kind: 'Ingress'; readonly backend: Backend; readonly canary: Canary | undefined };

/** One condition of one routing object. */
export interface Entry {
  /** Of the HTTPRoute or the (main) Ingress. */
  readonly namespace: string;
  readonly name: string;
  /** Pattern; `*` for all. */
  readonly host: string;
  readonly condition: Condition;
  readonly action: Action;
}

/** Entries for one host pattern, the first that matches wins. */
export interface VirtualHost {
  readonly host: string;
  readonly entries: readonly Entry[];
}

/** Most specific host first. A request belongs to the first host that matches, even when none of its entries does. */
export interface RouteTable {
  /** From HTTPRoutes; asked first. */
  readonly routes: readonly VirtualHost[];
  readonly ingresses: readonly VirtualHost[];
}
