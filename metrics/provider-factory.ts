import type { Clock } from '../src/runtime/clock.ts';
import type { Http } from '../src/runtime/http.ts';
import type { MetricProvider, ProviderSpec } from './contract.ts';

/** What a provider may use of the world. */
export interface ProviderTools {
  readonly http: Http;
  readonly clock: Clock;
}

/** Makes a provider; throws a `ProviderError` when the description can't work. */
export type ProviderFactory = (spec: ProviderSpec, tools: ProviderTools) => MetricProvider;
