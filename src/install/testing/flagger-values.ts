/**
 * A values file as users of Flagger's chart have it: each value that they set, in the form of that chart's defaults or with
 * something of their own, as far as it isn't refused here.
 */
export const flaggerValues = {
  annotations: { team: 'delivery' },
  image: { repository: 'registry.example.com/flagger', tag: '1.2.3', pullPolicy: 'Always', pullSecret: null },
  logLevel: 'debug',
  podAnnotations: { 'linkerd.io/inject': 'enabled' },
  podPriorityClassName: 'high',
  metricsServer: 'http://prometheus.monitoring:9090',
  serviceMonitor: { enabled: true, honorLabels: true, namespace: 'monitoring', labels: { release: 'p' } },
  podMonitor: { enabled: true, namespace: null, interval: '15s', additionalLabels: {} },
  meshProvider: 'gatewayapi:v1',
  namespace: 'shop',
  selectorLabels: 'app,name',
  configTracking: { enabled: true },
  ingressAnnotationsPrefix: 'custom.ingress.kubernetes.io',
  ingressClass: 'contour',
  includeLabelPrefix: 'team.',
  securityContext: { enabled: true, context: { readOnlyRootFilesystem: true, runAsUser: 10001 } },
  eventWebhook: 'https://events.example.com',
  clusterName: 'blue',
  slack: {
    user: 'flagger',
    channel: 'releases',
    url: 'https://slack.example.com',
    proxy: 'http://proxy.example.com',
    proxyUrl: null,
  },
  msteams: { url: 'https://teams.example.com', proxyUrl: 'http://proxy.example.com' },
  env: [{ name: 'SLACK_TOKEN', valueFrom: { secretKeyRef: { name: 'slack', key: 'token' } } }],
  leaderElection: { enabled: true, replicaCount: 2 },
  serviceAccount: { create: true, name: '', annotations: { role: 'flagger' } },
  rbac: { create: true, pspEnabled: false },
  crd: { create: false },
  linkerdAuthPolicy: { create: false, namespace: 'linkerd-viz' },
  nameOverride: '',
  fullnameOverride: '',
  resources: { limits: { memory: '512Mi', cpu: '1000m' }, requests: { memory: '32Mi', cpu: '10m' } },
  nodeSelector: { disk: 'ssd' },
  tolerations: [{ key: 'a', operator: 'Exists' }],
  affinity: {
    podAntiAffinity: {
      preferredDuringSchedulingIgnoredDuringExecution: [
        {
          weight: 100,
          podAffinityTerm: {
            labelSelector: {
              matchLabels: {
                'app.kubernetes.io/name': '{{ template "flagger.name" . }}',
                'app.kubernetes.io/instance': '{{ .Release.Name }}',
              },
            },
            topologyKey: 'kubernetes.io/hostname',
          },
        },
      ],
    },
  },
  prometheus: {
    install: false,
    image: 'registry.example.com/prometheus:1.2.3',
    pullSecret: null,
    retention: '2h',
    securityContext: { enabled: false, context: { runAsUser: 10001 } },
  },
  threadiness: 4,
  kubeconfigQPS: '',
  kubeconfigBurst: '',
  controlplane: { kubeconfig: { secretName: '', key: 'kubeconfig' } },
  podDisruptionBudget: { enabled: true, minAvailable: 1 },
  podLabels: { tier: 'control' },
  deploymentLabels: { tier: 'control' },
  noCrossNamespaceRefs: true,
  additionalVolumes: {},
  additionalVolumeMounts: {},
  extraDeploy: [],
} as const;
