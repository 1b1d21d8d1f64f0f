import type { Metric } from '../../api/canary.ts';
import { hideCredentials } from '../../runtime/url-credentials.ts';
import type { MetricForm } from '../question.ts';

/** Why nothing was measured, and at which step: on the way to the provider, or by its answer. */
export type Trouble = { readonly error: string } & (
  | { readonly stage: 'template' | 'render' | 'query' }
  | { readonly stage: 'secret'; readonly secret: string }
  | { readonly stage: 'provider'; readonly type: string }
  /** The address of a metrics server can't be used; it is the raw one, with its credentials. */
  | { readonly stage: 'client'; readonly address: string }
);

/** The event text of a failed measurement, as the reference writes it. */
export function troubleText(metric: Metric, form: MetricForm, trouble: Trouble): string {
  const template = `Metric template ${metric.templateRef?.name}.${metric.templateRef?.namespace}`;
  switch (trouble.stage) {
    case 'template':
      return `${template} error: ${trouble.error}`;
    case 'secret':
      return `${template} secret ${trouble.secret} error: ${trouble.error}`;
    case 'provider':
      return `${template} provider ${trouble.type} error: ${trouble.error}`;
    case 'client':
      return `Error building Prometheus client for ${hideCredentials(trouble.address)} ${trouble.error}`;
    case 'render':
      if (form === 'template') return `${template} query render error: ${trouble.error}`;
      return queryText(metric, form, trouble.error);
    case 'query':
      return queryText(metric, form, trouble.error);
  }
}

function queryText(metric: Metric, form: MetricForm, error: string): string {
  if (form === 'template') return `Metric query failed for ${metric.name}: ${error}`;
  if (form === 'inline') return `Prometheus query failed for ${metric.name}: ${error}`;
  return `Prometheus query failed: running query failed: ${error}`;
}
