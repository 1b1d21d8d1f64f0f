import Type from 'typebox';
import { ObjectMeta } from './object-meta.ts';
import { Enum, MapOf } from './structural.ts';

const optional = Type.Optional;

/** Values of a MetricTemplate's `spec.provider.type`. */
export const metricProviderTypes = [
  'prometheus',
  'influxdb',
  'datadog',
  'externalmetrics',
  'stackdriver',
  'cloudwatch',
  'newrelic',
  'graphite',
  'dynatrace',
  'keptn',
  'splunk',
] as const;

const Spec = Type.Object(
  {
    provider: Type.Object(
      {
        type: Enum(metricProviderTypes, { description: 'Who is asked.' }),
        address: optional(Type.String({ description: 'Base address of the backend.' })),
        headers: optional(
          MapOf<string[]>(
            { type: 'array', items: { type: 'string' } },
            { description: 'Prometheus: further request headers.' },
          ),
        ),
        secretRef: optional(
          Type.Object(
            { name: Type.String({ description: 'Name of the Secret.' }) },
            { description: 'A Secret in this namespace with the credentials.' },
          ),
        ),
        region: optional(Type.String({ description: 'CloudWatch: the AWS region.' })),
        insecureSkipVerify: optional(Type.Boolean({ description: 'Take any TLS certificate; false when absent.' })),
      },
      { description: 'Who is asked, and how.' },
    ),
    query: Type.String({ description: 'The query, a template over the Canary that uses it.' }),
  },
  { description: 'A query that Canaries can use as a check.' },
);

/** The whole object, as the API server takes it. */
export const MetricTemplateSchema = Type.Object({
  apiVersion: optional(Type.String()),
  kind: optional(Type.String()),
  metadata: optional(Type.Object({})),
  spec: optional(Spec),
});

/** What `parseMetricTemplate` reads. */
export const MetricTemplateInput = Type.Object({ metadata: ObjectMeta, spec: Spec });
