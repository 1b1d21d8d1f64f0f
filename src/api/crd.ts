import type { KubeObject } from '../kube/object.ts';
import { AlertProviderSchema } from './schema/alert-provider.ts';
import { CanarySchema } from './schema/canary.ts';
import { MetricTemplateSchema } from './schema/metric-template.ts';

export const group = 'flagger.app';
export const version = 'v1beta1';

interface Column {
  readonly name: string;
  readonly path: string;
  readonly type?: 'boolean';
  /** Shown by `kubectl get -o wide` only. */
  readonly wide?: true;
}

interface Definition {
  readonly kind: string;
  readonly schema: object;
  readonly columns: readonly Column[];
}

/**
 * The columns are those that scripts around Flagger read (Flagger compatibility); what is more stands behind them and is wide.
 */
const definitions: readonly Definition[] = [
  {
    kind: 'Canary',
    schema: CanarySchema,
    columns: [
      { name: 'Status', path: '.status.phase' },
      { name: 'Weight', path: '.status.canaryWeight' },
      { name: 'Suspended', path: '.spec.suspend', type: 'boolean', wide: true },
      { name: 'FailedChecks', path: '.status.failedChecks', wide: true },
      { name: 'Interval', path: '.spec.analysis.interval', wide: true },
      { name: 'Mirror', path: '.spec.analysis.mirror', type: 'boolean', wide: true },
      { name: 'StepWeight', path: '.spec.analysis.stepWeight', wide: true },
      { name: 'StepWeights', path: '.spec.analysis.stepWeights', wide: true },
      { name: 'MaxWeight', path: '.spec.analysis.maxWeight', wide: true },
      { name: 'LastTransitionTime', path: '.status.lastTransitionTime' },
      { name: 'Ready', path: '.status.conditions[?(@.type=="Ready")].status', wide: true },
      { name: 'Next', path: '.status.next.why', wide: true },
      { name: 'NextAt', path: '.status.next.at', wide: true },
      { name: 'EstimatedEnd', path: '.status.run.estimatedEnd', wide: true },
      { name: 'LastFailure', path: '.status.lastFailure.cause', wide: true },
    ],
  },
  {
    kind: 'MetricTemplate',
    schema: MetricTemplateSchema,
    columns: [{ name: 'Provider', path: '.spec.provider.type' }],
  },
  { kind: 'AlertProvider', schema: AlertProviderSchema, columns: [{ name: 'Type', path: '.spec.type' }] },
];

/** The plural that the API server serves a kind of this group under. */
function pluralOf(kind: string): string {
  const singular = kind.toLowerCase();
  return singular.endsWith('y') ? `${singular.slice(0, -1)}ies` : `${singular}s`;
}

/** The CustomResourceDefinitions of `flagger.app`, complete; a new copy at each call. */
export function customResourceDefinitions(): KubeObject[] {
  return definitions.map(({ kind, schema, columns }) => {
    const plural = pluralOf(kind);
    return {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec: {
        group,
        names: { kind, listKind: `${kind}List`, plural, singular: kind.toLowerCase(), categories: ['all'] },
        scope: 'Namespaced',
        versions: [
          {
            name: version,
            served: true,
            storage: true,
            subresources: { status: {} },
            additionalPrinterColumns: columns.map(printerColumn),
            // A round trip leaves plain JSON: TypeBox keeps its own marks in properties that are not enumerable.
            schema: { openAPIV3Schema: JSON.parse(JSON.stringify(schema)) },
          },
        ],
      },
    };
  });
}

function printerColumn({ name, path, type, wide }: Column) {
  return { name, type: type ?? 'string', jsonPath: path, ...(wide ? { priority: 1 } : {}) };
}
