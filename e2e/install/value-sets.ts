import { flaggerValues } from '../../src/install/testing/flagger-values.ts';

/** A set of values that the chart and `sluice install` must make the same of. */
export interface ValueSet {
  readonly name: string;
  /** Name of the release, when it isn't `sluice`. */
  readonly release?: string;
  readonly values: Readonly<Record<string, unknown>>;
}

const selector = { matchLabels: { team: 'a' } };

export const valueSets: readonly ValueSet[] = [
  { name: 'defaults', values: {} },
  ...['istio', 'gatewayapi:v1', 'gatewayapi:v1beta1', 'knative', 'nginx', 'kubernetes', 'none'].map((meshProvider) => ({
    name: meshProvider,
    values: { meshProvider },
  })),
  { name: "all values of Flagger's chart", values: flaggerValues },
  { name: 'an unknown provider', values: { meshProvider: 'smoke-signals' } },
  {
    name: 'several providers',
    values: { meshProvider: 'nginx', additionalMeshProviders: ['gatewayapi:v1', 'gatewayapi:v1beta1', 'istio'] },
  },
  { name: 'a single namespace', values: { namespace: 'shop', meshProvider: 'istio' } },
  { name: 'no leader election', values: { leaderElection: { enabled: false } } },
  { name: 'one replica with leader election', values: { leaderElection: { enabled: true, replicaCount: 1 } } },
  {
    name: 'alerts to Slack',
    values: {
      slack: {
        url: 'https://hooks.example.com/a?b=c&d="e"',
        channel: 'releases',
        user: 'sluice',
        proxyUrl: 'http://proxy:1',
      },
    },
  },
  {
    name: 'all receivers',
    values: {
      slack: { url: 'https://a', clusterName: 'blue' },
      msteams: { url: 'https://b', proxyUrl: 'http://c' },
      eventWebhook: 'https://d',
      alertsSecret: 'mine',
    },
  },
  { name: 'a secret of the user', values: { alertsSecret: 'mine', clusterName: 'green', slack: { channel: 'x' } } },
  {
    name: 'environment',
    values: { env: [{ name: 'SLACK_URL', valueFrom: { secretKeyRef: { name: 'slack', key: 'url' } } }] },
  },
  {
    name: 'monitors',
    values: {
      serviceMonitor: {
        enabled: true,
        honorLabels: true,
        namespace: 'monitoring',
        labels: { release: 'p' },
        interval: '5s',
      },
      podMonitor: { enabled: true, interval: '15s', additionalLabels: { release: 'q' } },
    },
  },
  { name: 'a monitor without further words', values: { serviceMonitor: { enabled: true } } },
  {
    name: 'volumes',
    values: {
      additionalVolumes: [{ name: 'ca', configMap: { name: 'ca' } }],
      additionalVolumeMounts: [{ name: 'ca', mountPath: '/etc/ssl/extra', readOnly: true }],
    },
  },
  {
    name: 'flags',
    values: {
      logLevel: 'debug',
      metricsServer: 'http://prometheus.monitoring:9090',
      selectorLabels: 'app,tier',
      includeLabelPrefix: 'team.,cost.',
      configTracking: { enabled: false },
      ingressAnnotationsPrefix: 'custom.ingress',
      ingressClass: 'contour',
      noCrossNamespaceRefs: true,
      threadiness: 4,
      kubeconfigQPS: 50,
      kubeconfigBurst: '120',
    },
  },
  {
    name: 'empty values',
    values: {
      slack: { user: null, channel: null, url: null },
      msteams: { url: null },
      image: { pullSecret: null },
      podAnnotations: null,
      kubeconfigQPS: null,
      selectorLabels: null,
      env: null,
    },
  },
  {
    name: 'scheduling',
    values: {
      nodeSelector: { disk: 'ssd' },
      tolerations: [{ key: 'a', operator: 'Exists' }],
      affinity: { nodeAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [] } },
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'DoNotSchedule',
          labelSelector: selector,
        },
      ],
      podPriorityClassName: 'system-cluster-critical',
      resources: { limits: { cpu: null }, requests: { memory: '64Mi' } },
    },
  },
  {
    name: 'labels and annotations',
    values: {
      annotations: { a: 'b' },
      deploymentLabels: { c: 'd' },
      podLabels: { e: 'f' },
      podAnnotations: { 'linkerd.io/inject': 'enabled' },
      serviceAccount: { annotations: { g: 'h' } },
    },
  },
  {
    name: 'image',
    values: { image: { repository: 'a/b', tag: 'v2', digest: 'sha256:00', pullPolicy: 'Always', pullSecret: 'c' } },
  },
  {
    name: 'an account of the user',
    values: { serviceAccount: { create: false, name: 'mine' }, rbac: { create: false } },
  },
  { name: 'the default account', values: { serviceAccount: { create: false } } },
  { name: 'fewer companions', values: { rbac: { autoscalers: ['hpa'], disruptionBudgets: false, failFast: false } } },
  { name: 'no definitions', values: { crd: { create: false } } },
  { name: 'no policies', values: { podDisruptionBudget: { enabled: false }, networkPolicy: { enabled: false } } },
  {
    name: 'other policies',
    values: {
      podDisruptionBudget: { minAvailable: '50%' },
      networkPolicy: { from: [{ namespaceSelector: selector }] },
    },
  },
  {
    name: 'a security context of the user',
    values: {
      securityContext: {
        enabled: true,
        context: {
          capabilities: { add: ['NET_BIND_SERVICE'] },
          readOnlyRootFilesystem: false,
          runAsNonRoot: null,
          runAsUser: 1234,
        },
      },
    },
  },
  { name: 'a user that the cluster chooses', values: { securityContext: { enabled: false } } },
  { name: 'no security context at all', values: { securityContext: { context: null } } },
  {
    name: 'templates',
    values: {
      nameOverride: 'slu',
      affinity: { podAffinity: { a: ['{{ include "sluice.name" $ }}-{{.Release.Namespace}}', 1] } },
    },
  },
  { name: 'routes in another cluster', values: { controlplane: { kubeconfig: { secretName: 'hub', key: 'config' } } } },
  { name: 'another release', release: 'blue', values: {} },
  { name: 'a release named after the chart', release: 'my-sluice', values: { nameOverride: 'slu' } },
  { name: 'another name', values: { fullnameOverride: 'gate' } },
  { name: 'Prometheus too', values: { prometheus: { install: true, retention: '2h' } } },
  { name: 'a policy for Linkerd', values: { linkerdAuthPolicy: { create: true, namespace: 'linkerd-viz' } } },
  { name: 'a misspelt value', values: { metricServer: 'http://p' } },
];
