/** How a flag is written and what it becomes. A `duration` is in Go's notation; a `list` is separated by commas. */
export type OptionKind = 'text' | 'count' | 'switch' | 'list' | 'duration' | readonly string[];

export interface OptionRow {
  readonly flag: string;
  /** Overrides the flag when it isn't empty. */
  readonly env?: string;
  /** A list of words means: one of these. */
  readonly kind: OptionKind;
  /** Other spellings of the words of the list, and what each of them means. */
  readonly synonyms?: Readonly<Record<string, string>>;
  /** Whether a word that isn't in the list means the default, with a warning. Otherwise it is refused. */
  readonly lenient?: true;
  readonly default: string;
  readonly help: string;
}

/** Every flag of `sluice run`. Names, defaults and environment variables are Flagger's, except for the last two rows. */
export const optionTable = [
  { flag: 'kubeconfig', kind: 'text', default: '', help: 'kubeconfig to reach the cluster with, from outside of it' },
  { flag: 'master', kind: 'text', default: '', help: 'URL of the API server; overrides the one in the kubeconfig' },
  { flag: 'kubeconfig-qps', kind: 'count', default: '100', help: 'requests a second to the API server, on average' },
  { flag: 'kubeconfig-burst', kind: 'count', default: '250', help: 'requests to the API server at once' },
  {
    flag: 'kubeconfig-service-mesh',
    kind: 'text',
    default: '',
    help: 'accepted and without effect: routes are written to the cluster that the canaries are in',
  },
  {
    flag: 'metrics-server',
    kind: 'text',
    default: 'http://prometheus:9090',
    help: 'Prometheus that the built-in checks ask',
  },
  {
    flag: 'control-loop-interval',
    kind: 'duration',
    default: '10s',
    help: 'accepted and without effect: canaries are looked after as they change',
  },
  {
    flag: 'log-level',
    kind: ['debug', 'info', 'warning', 'error'],
    synonyms: { warn: 'warning', fatal: 'error', panic: 'error' },
    lenient: true,
    default: 'info',
    help: 'what is worth a line in the log; warn, fatal and panic are known too',
  },
  { flag: 'zap-encoding', kind: ['json', 'console'], default: 'json', help: 'log for machines or for people' },
  { flag: 'zap-replace-globals', kind: 'switch', default: 'false', help: 'accepted and without effect' },
  { flag: 'port', kind: 'count', default: '8080', help: 'port of /metrics and /healthz' },
  { flag: 'threadiness', kind: 'count', default: '2', help: 'accepted and without effect' },
  { flag: 'namespace', kind: 'text', default: '', help: 'the only namespace to look after; all of them when empty' },
  { flag: 'mesh-provider', kind: 'text', default: 'istio', help: 'what routes the traffic, unless a Canary says it' },
  {
    flag: 'selector-labels',
    kind: 'list',
    default: 'app,name,app.kubernetes.io/name',
    help: 'labels that may select the pods of a target, best first',
  },
  {
    flag: 'include-label-prefix',
    kind: 'list',
    default: '',
    help: 'labels of the target that its copy gets too, by prefix; * for all',
  },
  {
    flag: 'ingress-annotations-prefix',
    kind: 'text',
    default: 'nginx.ingress.kubernetes.io',
    help: 'prefix of the annotations of ingress-nginx',
  },
  { flag: 'ingress-class', kind: 'text', default: '', help: 'accepted and without effect: Contour is no provider yet' },
  {
    flag: 'enable-config-tracking',
    kind: 'switch',
    default: 'true',
    help: 'copy ConfigMaps and Secrets of the target, and roll out their changes',
  },
  { flag: 'enable-leader-election', kind: 'switch', default: 'false', help: 'let one of several replicas work' },
  {
    flag: 'leader-election-namespace',
    kind: 'text',
    default: 'kube-system',
    help: 'where the lease is kept; namespace wins over it when given',
  },
  { flag: 'slack-url', env: 'SLACK_URL', kind: 'text', default: '', help: 'Slack hook for alerts' },
  { flag: 'slack-token', env: 'SLACK_TOKEN', kind: 'text', default: '', help: 'token of a Slack bot' },
  { flag: 'slack-proxy-url', env: 'SLACK_PROXY_URL', kind: 'text', default: '', help: 'proxy on the way to Slack' },
  { flag: 'slack-user', kind: 'text', default: 'flagger', help: 'name that alerts are posted under' },
  { flag: 'slack-channel', kind: 'text', default: '', help: 'Slack channel for alerts' },
  {
    flag: 'msteams-url',
    env: 'MSTEAMS_URL',
    kind: 'text',
    default: '',
    help: 'Teams hook for alerts; wins over Slack',
  },
  { flag: 'msteams-proxy-url', env: 'MSTEAMS_PROXY_URL', kind: 'text', default: '', help: 'proxy on the way to Teams' },
  { flag: 'event-webhook', env: 'EVENT_WEBHOOK_URL', kind: 'text', default: '', help: 'gets every event as JSON' },
  { flag: 'cluster-name', kind: 'text', default: '', help: 'name of this cluster in alerts' },
  {
    flag: 'no-cross-namespace-refs',
    kind: 'switch',
    default: 'false',
    help: 'refuse references from a Canary to another namespace',
  },
  { flag: 'version', kind: 'switch', default: 'false', help: 'print the version and exit' },
  {
    flag: 'min-interval',
    kind: 'duration',
    default: '10s',
    help: 'analysis intervals below this one are raised to it',
  },
  { flag: 'host', kind: 'text', default: '', help: 'address that /metrics and /healthz listen on; all when empty' },
] as const satisfies readonly OptionRow[];
