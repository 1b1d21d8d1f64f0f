import type { InstallOptions } from './options.ts';

const ownNamespace = 'POD_NAMESPACE';

/** The arguments of the controller. What stands at its default in the values is left to the controller's own default. */
export function controllerArgs({ values }: InstallOptions): string[] {
  const { leaderElection, slack } = values;
  const flags: readonly (readonly [flag: string, value: unknown])[] = [
    ['log-level', values.logLevel],
    ['mesh-provider', values.meshProvider],
    ['metrics-server', values.metricsServer],
    ['selector-labels', values.selectorLabels],
    ['namespace', values.namespace],
    ['enable-config-tracking', values.configTracking.enabled ? '' : 'false'],
    ['include-label-prefix', values.includeLabelPrefix],
    ['ingress-annotations-prefix', values.ingressAnnotationsPrefix],
    ['ingress-class', values.ingressClass],
    ['cluster-name', values.clusterName || slack.clusterName],
    ['slack-user', slack.user === 'flagger' ? '' : slack.user],
    ['slack-channel', slack.channel],
    ['enable-leader-election', leaderElection.enabled ? 'true' : ''],
    ['leader-election-namespace', leaderElection.enabled ? `$(${ownNamespace})` : ''],
    ['threadiness', values.threadiness],
    ['kubeconfig-qps', values.kubeconfigQPS],
    ['kubeconfig-burst', values.kubeconfigBurst],
    ['no-cross-namespace-refs', values.noCrossNamespaceRefs ? 'true' : ''],
  ];
  return ['run', ...flags.flatMap(([flag, value]) => (value === '' ? [] : [`--${flag}=${value}`]))];
}

/**
 * The environment of the controller: what the values say, and the namespace of the pod for the arguments. It is not written
 * down, because kustomize and others put manifests into another namespace without a look at arguments.
 */
export function controllerEnv({ values }: InstallOptions): readonly Readonly<Record<string, unknown>>[] {
  const env = Array.isArray(values.env) ? values.env : [];
  if (env.some(({ name }) => name === ownNamespace)) return env;
  return [{ name: ownNamespace, valueFrom: { fieldRef: { fieldPath: 'metadata.namespace' } } }, ...env];
}
