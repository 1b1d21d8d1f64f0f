import Type from 'typebox';
import { AnalysisSpec } from './canary-analysis.ts';
import { LooseServiceSpec, ServiceSpec } from './canary-service.ts';
import { StatusSchema } from './canary-status.ts';
import { ObjectMeta } from './object-meta.ts';
import { Enum, StrMap } from './structural.ts';

const optional = Type.Optional;
const flag = (description: string) => optional(Type.Boolean({ description }));

/** A reference to an object in the Canary's namespace. */
function Reference<const K extends string>(kinds: readonly K[], description: string) {
  return Type.Object({ apiVersion: Type.String(), kind: Enum(kinds), name: Type.String() }, { description });
}

const AutoscalerRef = Type.Object(
  {
    apiVersion: Type.String(),
    kind: Enum(['HorizontalPodAutoscaler', 'ScaledObject']),
    name: Type.String(),
    primaryScalerQueries: optional(StrMap()),
    primaryScalerReplicas: optional(
      Type.Object({
        minReplicas: optional(Type.Integer({ minimum: 1 })),
        maxReplicas: optional(Type.Integer({ minimum: 1 })),
      }),
    ),
  },
  { description: 'The autoscaler of the target; the primary gets a copy.' },
);

const UpstreamRef = Type.Object(
  {
    apiVersion: Type.String(),
    kind: Enum(['Upstream']),
    name: Type.String(),
    namespace: optional(Type.String()),
  },
  { description: 'Gloo: the Upstream whose settings are copied.' },
);

const fields = {
  targetRef: Reference(['DaemonSet', 'Deployment', 'Service', 'StatefulSet'], 'The workload that is released.'),
  provider: optional(
    Type.String({ description: 'How traffic is routed; the provider of the controller when absent.' }),
  ),
  metricsServer: optional(Type.String({ description: 'Address of the Prometheus to ask.' })),
  autoscalerRef: optional(AutoscalerRef),
  ingressRef: optional(Reference(['Ingress'], 'NGINX and Skipper: the Ingress that leads to the target.')),
  routeRef: optional(Reference(['ApisixRoute'], 'APISIX: the route that leads to the target.')),
  upstreamRef: optional(UpstreamRef),
  progressDeadlineSeconds: optional(
    Type.Number({ description: 'How long pods may take to get ready; 600 when absent.' }),
  ),
  skipAnalysis: flag('Promote every change without analysis.'),
  revertOnDeletion: flag('Give target and routes back as they were when the Canary is deleted.'),
  suspend: flag('Freeze this Canary.'),
};

/** The whole object, as the API server takes it. */
export const CanarySchema = Type.Object({
  apiVersion: optional(Type.String()),
  kind: optional(Type.String()),
  metadata: optional(Type.Object({})),
  spec: optional(Type.Object({ ...fields, service: optional(ServiceSpec), analysis: AnalysisSpec })),
  status: optional(StatusSchema),
});

/** What `parseCanary` reads: also objects that were never checked by an API server, and the old name of `analysis`. */
export const LooseCanarySchema = Type.Object({
  metadata: ObjectMeta,
  spec: Type.Object({
    ...fields,
    service: optional(LooseServiceSpec),
    analysis: optional(AnalysisSpec),
    canaryAnalysis: optional(AnalysisSpec),
  }),
});

export type LooseCanary = Type.Static<typeof LooseCanarySchema>;
export type CanarySpec = LooseCanary['spec'];
export type ServiceInput = NonNullable<CanarySpec['service']>;
export type AnalysisInput = NonNullable<CanarySpec['analysis']>;
