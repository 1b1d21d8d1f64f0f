import { type MetricProvider, ProviderError, type ProviderSpec } from './contract.ts';
import { datadog } from './datadog.ts';
import { graphite } from './graphite.ts';
import { prometheus } from './prometheus.ts';
import type { ProviderFactory, ProviderTools } from './provider-factory.ts';

/** Values of `spec.provider.type` of a MetricTemplate. */
const factories: ReadonlyMap<string, ProviderFactory> = new Map([
  ['prometheus', prometheus],
  ['datadog', datadog],
  ['graphite', graphite],
]);

/** Throws a `ProviderError` when the type isn't known or the description can't work. */
export function metricProvider(spec: ProviderSpec, tools: ProviderTools): MetricProvider {
  const factory = factories.get(spec.type);
  if (factory) return factory(spec, tools);
  throw new ProviderError(
    `provider type "${spec.type}" is not supported, use one of: ${[...factories.keys()].join(', ')}`,
  );
}

/** The description of a metrics server that is named by its address alone, such as `spec.metricsServer`. */
export function metricsServer(address: string): ProviderSpec {
  return {
    type: 'prometheus',
    address,
    headers: {},
    region: undefined,
    insecureSkipVerify: false,
    secret: undefined,
    intervalMs: 60_000,
  };
}
