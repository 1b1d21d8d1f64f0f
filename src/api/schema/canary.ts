import Type from 'typebox';
import { AnalysisSpec } from './canary-analysis.ts';
import { LooseServiceSpec, ServiceSpec } from './canary-service.ts';
import { StatusSchema } from './canary-status.ts';
import { ObjectMeta } from './object-meta.ts';
import { Enum, IntOrString, StrMap } from './structural.ts';

const optional = Type.Optional;
const flag = (description: string) => optional(Type.Boolean({ description }));
const text = (description: string) => Type.String({ description });

/** A reference to an object in the Canary's namespace. */
function Reference<const K extends string>(kinds: readonly K[], description: string) {
  return Type.Object(
    {
      apiVersion: text('Group and version of the object.'),
      kind: Enum(kinds, { description: 'Kind of the object.' }),
      name: text('Name of the object.'),
    },
    { description },
  );
}

const AutoscalerRef = Type.Object(
  {
    apiVersion: text('Group and version of the autoscaler.'),
    kind: Enum(['HorizontalPodAutoscaler', 'ScaledObject'], { description: 'Kind of the autoscaler.' }),
    name: text('Name of the autoscaler.'),
    primaryScalerQueries: optional(
      StrMap({
        description: 'KEDA: queries of the copy, by the name of the trigger; those of the target when absent.',
      }),
    ),
    primaryScalerReplicas: optional(
      Type.Object(
        {
          minReplicas: optional(Type.Integer({ minimum: 1, description: 'Least replicas of the primary.' })),
          maxReplicas: optional(Type.Integer({ minimum: 1, description: 'Most replicas of the primary.' })),
        },
        { description: 'Bounds of the copy; those of the autoscaler of the target when absent.' },
      ),
    ),
  },
  { description: 'The autoscaler of the target; the primary gets a copy.' },
);

const DisruptionBudget = Type.Object(
  {
    minAvailable: optional(
      IntOrString({ description: 'Pods of the primary that must stay: a count, or a share such as 50%.' }),
    ),
    maxUnavailable: optional(
      IntOrString({ description: 'Pods of the primary that may be gone: a count, or a share such as 25%.' }),
    ),
  },
  {
    description:
      'Gives the primary a PodDisruptionBudget, so that a drained node does not take all pods that serve. Exactly one of ' +
      'the two. Without this field there is none.',
  },
);

const UpstreamRef = Type.Object(
  {
    apiVersion: text('Group and version of the Upstream.'),
    kind: Enum(['Upstream'], { description: 'Kind of the object.' }),
    name: text('Name of the Upstream.'),
    namespace: optional(text('Namespace of the Upstream; that of the Canary when absent.')),
  },
  { description: 'Gloo: the Upstream whose settings are copied.' },
);

const fields = {
  targetRef: Reference(['DaemonSet', 'Deployment', 'Service', 'StatefulSet'], 'The workload that is released.'),
  provider: optional(
    Type.String({ description: 'How traffic is routed; the provider of the controller when absent.' }),
  ),
  metricsServer: optional(text('Address of the Prometheus to ask; that of the controller when absent.')),
  autoscalerRef: optional(AutoscalerRef),
  primaryDisruptionBudget: optional(DisruptionBudget),
  ingressRef: optional(Reference(['Ingress'], 'NGINX and Skipper: the Ingress that leads to the target.')),
  routeRef: optional(Reference(['ApisixRoute'], 'APISIX: the route that leads to the target.')),
  upstreamRef: optional(UpstreamRef),
  progressDeadlineSeconds: optional(
    Type.Number({ description: 'Seconds in which pods have to get ready; 600 when absent.' }),
  ),
  skipAnalysis: flag('Promote every change without analysis; false when absent.'),
  revertOnDeletion: flag('When the Canary is deleted, give target and routes back as they were; false when absent.'),
  suspend: flag('Leave everything as it is, whatever changes; false when absent.'),
};

/** The whole object, as the API server takes it. */
export const CanarySchema = Type.Object({
  apiVersion: optional(Type.String()),
  kind: optional(Type.String()),
  metadata: optional(Type.Object({})),
  spec: optional(
    Type.Object(
      { ...fields, service: optional(ServiceSpec), analysis: AnalysisSpec },
      { description: 'What is released, and how.' },
    ),
  ),
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
