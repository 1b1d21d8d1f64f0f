import type { KubeObject } from '../kube/object.ts';
import type { Parsed } from './canary.ts';
import { refusal } from './refusals.ts';
import { MetricTemplateInput, type metricProviderTypes } from './schema/metric-template.ts';
import { shapeOf } from './shape.ts';

/** A MetricTemplate, parsed. */
export interface MetricTemplate {
  readonly name: string;
  readonly namespace: string;
  readonly provider: {
    readonly type: (typeof metricProviderTypes)[number];
    readonly address: string | undefined;
    readonly headers: { readonly [name: string]: readonly string[] };
    /** Name of a Secret in the template's namespace. */
    readonly secretName: string | undefined;
    readonly region: string | undefined;
    readonly insecureSkipVerify: boolean;
  };
  /** The query as written, a template over the Canary that uses it. */
  readonly query: string;
}

const shapeOfTemplate = shapeOf(MetricTemplateInput);

/** Reads a MetricTemplate or says everything that is wrong with it. Never throws. */
export function parseMetricTemplate(object: KubeObject): Parsed<MetricTemplate> {
  const { value, refusals } = shapeOfTemplate(object);
  if (refusals.length > 0) return { ok: false, refusals };
  const { metadata, spec } = value;
  if (spec.query.trim() === '') {
    return { ok: false, refusals: [refusal('FieldMissing', 'spec.query', 'is empty', 'write the query')] };
  }
  const { provider } = spec;
  return {
    ok: true,
    value: {
      name: metadata.name,
      namespace: metadata.namespace || 'default',
      provider: {
        type: provider.type,
        address: provider.address || undefined,
        headers: provider.headers ?? {},
        secretName: provider.secretRef?.name || undefined,
        region: provider.region || undefined,
        insecureSkipVerify: provider.insecureSkipVerify ?? false,
      },
      query: spec.query,
    },
  };
}
