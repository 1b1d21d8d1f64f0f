import Type from 'typebox';
import { providerPattern } from './provider-names.ts';

/** Charts leave a value empty as often as they leave it out. */
const text = Type.Optional(Type.Unsafe<string | null>({ type: ['string', 'null'] }));
/** A number, or empty for the program's own default. */
const count = Type.Optional(Type.Unsafe<number | string | null>({ type: ['integer', 'string', 'null'] }));
const flag = Type.Optional(Type.Boolean());
/** A name that the controller knows; the reference's chart leaves it empty for the default. */
const provider = Type.Optional(
  Type.Unsafe<string | null>({ type: ['string', 'null'], pattern: `^(|${providerPattern})$` }),
);
const furtherProviders = Type.Optional(Type.Array(Type.String({ pattern: `^(${providerPattern})$` })));
/** A part of an object of Kubernetes, which the API server checks. */
const part = Type.Optional(Type.Unsafe<Readonly<Record<string, unknown>> | null>({ type: ['object', 'null'] }));
/** A list of them. The reference's chart writes an empty list as `{}` in one place, so that this is one here, too. */
const parts = Type.Optional(
  Type.Unsafe<readonly Readonly<Record<string, unknown>>[] | null>({
    type: ['array', 'object', 'null'],
    items: { type: 'object' },
    maxProperties: 0,
  }),
);
const texts = Type.Optional(
  Type.Unsafe<Readonly<Record<string, string>> | null>({
    type: ['object', 'null'],
    additionalProperties: { type: 'string' },
  }),
);

function group<P extends Type.TProperties>(properties: P) {
  return Type.Optional(Type.Object(properties, { additionalProperties: false }));
}

/**
 * What can be set at an installation: the values of the Helm chart, and those of `sluice install --values`. Names are those of
 * the reference's chart, so that a values file of it is accepted as it is.
 */
export const ValuesSchema = Type.Object(
  {
    image: group({ repository: text, tag: text, digest: text, pullPolicy: text, pullSecret: text }),
    logLevel: text,
    metricsServer: text,
    meshProvider: provider,
    additionalMeshProviders: furtherProviders,
    namespace: text,
    selectorLabels: text,
    includeLabelPrefix: text,
    configTracking: group({ enabled: flag }),
    ingressAnnotationsPrefix: text,
    ingressClass: text,
    noCrossNamespaceRefs: flag,
    clusterName: text,
    eventWebhook: text,
    slack: group({ user: text, channel: text, url: text, proxyUrl: text, proxy: text, clusterName: text }),
    msteams: group({ url: text, proxyUrl: text }),
    alertsSecret: text,
    env: parts,
    leaderElection: group({ enabled: flag, replicaCount: Type.Optional(Type.Integer({ minimum: 1 })) }),
    threadiness: count,
    kubeconfigQPS: count,
    kubeconfigBurst: count,
    serviceMonitor: group({ enabled: flag, honorLabels: flag, namespace: text, labels: texts, interval: text }),
    podMonitor: group({ enabled: flag, honorLabels: flag, namespace: text, additionalLabels: texts, interval: text }),
    podDisruptionBudget: group({
      enabled: flag,
      minAvailable: Type.Optional(Type.Unsafe<number | string>({ type: ['integer', 'string'] })),
    }),
    networkPolicy: group({ enabled: flag, from: parts }),
    serviceAccount: group({ create: flag, name: text, annotations: texts }),
    rbac: group({
      create: flag,
      autoscalers: Type.Optional(Type.Array(Type.Unsafe<'hpa' | 'keda'>({ type: 'string', enum: ['hpa', 'keda'] }))),
      disruptionBudgets: flag,
      failFast: flag,
      pspEnabled: flag,
    }),
    crd: group({ create: flag }),
    nameOverride: text,
    fullnameOverride: text,
    annotations: texts,
    deploymentLabels: texts,
    podLabels: texts,
    podAnnotations: texts,
    resources: part,
    nodeSelector: texts,
    tolerations: parts,
    affinity: part,
    topologySpreadConstraints: parts,
    securityContext: group({ enabled: flag, context: part }),
    podPriorityClassName: text,
    additionalVolumes: parts,
    additionalVolumeMounts: parts,
    // Refused when they ask for something; here so that a file that says no is accepted
    controlplane: group({ kubeconfig: group({ secretName: text, key: text }) }),
    prometheus: Type.Optional(Type.Object({ install: flag })),
    linkerdAuthPolicy: Type.Optional(Type.Object({ create: flag })),
    extraDeploy: Type.Optional(Type.Unsafe<readonly unknown[] | null>({ type: ['array', 'null'] })),
    // What a chart that has this one as a dependency says beside its values
    enabled: flag,
    global: part,
  },
  { additionalProperties: false },
);

/** Values as somebody gives them: everything may be missing. */
export type GivenValues = Type.Static<typeof ValuesSchema>;
