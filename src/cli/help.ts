/** Verbs and what each is for, in the order in which a newcomer meets them. */
export const verbs = {
  demo: 'watch a canary go right and another go wrong, on this machine; needs no cluster',
  sandbox: 'a small cluster in this process: API server, pods, gateway and Prometheus, to try things on',
  run: "the controller: looks after a cluster's canaries until it is told to stop",
  install: 'the controller into a cluster, or its manifests as YAML; brings an installation up to date too',
  check: 'what a cluster or an installation lacks, and what to do about it',
  uninstall: 'removes the controller; what serves goes on serving',
  get: 'a line per canary: where it stands and what comes next',
  explain: 'one canary in full: step, traffic, last checks with values and bounds, last decisions',
  pause: 'holds a release where it is, until resume',
  resume: 'lets a paused release go on',
  promote: 'promotes the new revision now, without the rest of its analysis',
  skip: 'does the next step of a release now, without its checks and gates',
  abort: 'ends a release and takes all traffic back',
  retry: 'releases a revision that failed once more',
  gate: 'the gates of a canary that people open by hand: list, open, close, approve',
  version: 'the version of this program',
  help: 'this text, or that of a verb: sluice help run',
} as const;

export type Verb = keyof typeof verbs;

export function isVerb(word: string): word is Verb {
  return Object.hasOwn(verbs, word);
}

/** The help of `sluice` itself. */
export function renderHelp(): string {
  const list = Object.entries(verbs).map(([verb, use]) => `  ${verb.padEnd(11)}${use}\n`);
  return `Sluice delivers new versions step by step: it gives a new revision a little traffic, measures it,
gives it more while it is good, and takes everything back when it is not.
It works from Canary objects (flagger.app/v1beta1) and takes Flagger's flags.

Usage: sluice <verb> [flags]

${list.join('')}
Examples:
  sluice demo                               see it work in a minute
  sluice run --mesh-provider nginx          look after the canaries of the current cluster
  sluice install --mesh-provider istio --image registry.example.com/sluice:0.1.0
                                            run it in the current cluster
  sluice get canaries -A                    what is going on, everywhere
  sluice explain canary podinfo -n test     why podinfo is where it is
  sluice gate approve podinfo qa -n test    let it through the gate qa, once

Flags without a verb belong to run, so that a Flagger Deployment works with only its image changed.
\`sluice <verb> --help\` tells more about a verb.
`;
}

/** The help of `sluice run`, given the rendered table of its flags. */
export function renderRunHelp(flags: string): string {
  return `Usage: sluice run [flags]

${verbs.run}.
It needs the CRDs of flagger.app in the cluster and finds the cluster by --kubeconfig, $KUBECONFIG, the service
account of its pod or ~/.kube/config. It serves /metrics and /healthz. SIGTERM lets it finish the decisions in hand;
where each canary stands is kept in its status, so that the next start goes on from there.

Examples:
  sluice run --namespace test --log-level debug --zap-encoding console
  sluice run --mesh-provider gatewayapi:v1 --metrics-server http://prometheus.monitoring:9090

Flags, with one dash or two, as --flag=value or --flag value:
${flags}`;
}

/** The help of a verb that has few flags. */
export function renderVerbHelp(verb: 'demo' | 'sandbox' | 'version' | 'help'): string {
  return `Usage: sluice ${verb}${usage[verb]}\n\n${verbs[verb]}.\n${more[verb]}`;
}

const usage = { demo: ' [--keep]', sandbox: ' [--api-only] [--port <n>]', version: '', help: ' [verb]' } as const;

const more = {
  demo: `
A good release gets traffic step by step and is promoted; a bad one fails its checks and is taken back. The cluster is
embedded, the controller and the HTTP traffic are real, and the outcome is measured, not scripted.

Flags:
  --keep        leave the cluster running afterwards, to look around with sluice get, sluice explain or kubectl
`,
  sandbox: `
It listens on loopback only, prints how to reach it, and ends with Ctrl-C. Nothing is kept.

Flags:
  --api-only    the API server alone, without what makes pods and traffic
  --port <n>    port of the API server (default 0: a free one)

Example, in two terminals:
  sluice sandbox
  export KUBECONFIG=...   as the first one says
  sluice get canaries -A
`,
  version: '',
  help: '',
} as const;
