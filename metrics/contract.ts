/**
 * One number, or the reason why there is none. `samples`: how many requests or points the number rests on, where the backend
 * tells; 0 or more.
 */
export type Sample =
  | { readonly value: number; readonly samples?: number; readonly warning?: string }
  | { readonly noData: string };

/** The backend answered badly or not at all. The message names address and cause, never credentials. */
export class ProviderError extends Error {
  override readonly name = 'ProviderError';
}

/** A source of measurements. Both methods reject with `ProviderError`, and end within the provider's time limit. */
export interface MetricProvider {
  /** Evaluates a rendered query now. */
  query(query: string, signal?: AbortSignal): Promise<Sample>;
  /** Resolves when the backend is there and takes the credentials. */
  check(signal?: AbortSignal): Promise<void>;
}

/** What a MetricTemplate says about its backend, and the Secret that it names. */
export interface ProviderSpec {
  readonly type: string;
  readonly address: string | undefined;
  readonly headers: { readonly [name: string]: readonly string[] };
  readonly region: string | undefined;
  readonly insecureSkipVerify: boolean;
  /** Decoded; `undefined` when the template names no Secret. */
  readonly secret: { readonly [key: string]: string } | undefined;
  /** The metric's window in milliseconds; some backends look back a multiple of it. */
  readonly intervalMs: number;
}

/** Values that a query can name (`{{ namespace }}`, `{{ variables.region }}` …). */
export interface QueryModel {
  readonly name: string;
  readonly namespace: string;
  readonly target: string;
  readonly service: string;
  readonly ingress: string;
  readonly route: string;
  readonly interval: string;
  readonly variables: { readonly [key: string]: string };
}
