import type { StringMap } from '../kube/object.ts';
import {
  autoscalers,
  configTracking,
  core,
  disruptionBudgets,
  type Feature,
  failFast,
  familyOf,
  leaderElection,
  providers,
} from './permissions.ts';
import { unknownTemplates } from './value-templates.ts';
import type { Values } from './values.ts';

/** What is installed: where, under which name, and how. */
export interface InstallOptions {
  /** The name of the installation; that of the release where Helm installs. */
  readonly name: string;
  readonly namespace: string;
  /** Version of the program, which is the tag of the image unless the values name another one. */
  readonly version: string;
  readonly values: Values;
}

/** The installation that has nothing said about it, in the namespace where it goes by default. */
export const defaultPlace = { name: 'sluice', namespace: 'sluice-system' } as const;

/** Names of the parts. An installation called `sluice` has no other prefix than that (convention of Helm charts). */
export function namesOf({ name, values }: InstallOptions) {
  const chart = (values.nameOverride || 'sluice').slice(0, 63);
  const full = values.fullnameOverride || (name.includes(chart) ? name : `${name}-${chart}`);
  const prefix = full.slice(0, 63).replace(/-+$/, '');
  const account = values.serviceAccount.name || (values.serviceAccount.create ? prefix : 'default');
  return { chart, prefix, account, alerts: `${prefix}-alerts` };
}

/** The labels that select the pods; they never change. */
export function selectorOf(options: InstallOptions): StringMap {
  return { 'app.kubernetes.io/name': namesOf(options).chart, 'app.kubernetes.io/instance': options.name };
}

/** The labels of every part. */
export function labelsOf(options: InstallOptions): StringMap {
  return {
    ...selectorOf(options),
    'app.kubernetes.io/version': options.version,
    'app.kubernetes.io/managed-by': 'sluice',
    'app.kubernetes.io/part-of': 'sluice',
  };
}

/** The providers that Canaries may use: that of the controller, then those that they name themselves. */
export function providersOf({ values }: InstallOptions): readonly string[] {
  return [...new Set([values.meshProvider || 'istio', ...values.additionalMeshProviders])];
}

/** The features that look after canaries; each is a role. */
export function featuresOf(options: InstallOptions): readonly Feature[] {
  const { values } = options;
  const routing = new Set(providersOf(options).map((provider) => providers[familyOf(provider)]));
  return [
    core,
    ...(values.configTracking.enabled ? [configTracking] : []),
    ...[...routing].filter((feature) => feature !== undefined),
    ...values.rbac.autoscalers.map((kind) => autoscalers[kind]),
    ...(values.rbac.disruptionBudgets ? [disruptionBudgets] : []),
    ...(values.rbac.failFast ? [failFast] : []),
  ];
}

/** Where the Lease is: the only namespace that is looked after, or else that of the installation. */
export function leaseNamespaceOf({ namespace, values }: InstallOptions): string {
  return values.namespace || namespace;
}

/** The feature of several replicas, where there are any. */
export function electionOf({ values }: InstallOptions): Feature | undefined {
  return values.leaderElection.enabled ? leaderElection : undefined;
}

/** Only one may work where nobody is elected. */
export function replicasOf({ values }: InstallOptions): number {
  return values.leaderElection.enabled ? values.leaderElection.replicaCount : 1;
}

/** Why this can't be installed, as sentences; empty when it can. */
export function problemsOf({ values }: InstallOptions): readonly string[] {
  return [
    ...(values.prometheus.install === true
      ? ['prometheus.install is not supported: install Prometheus on its own and set metricsServer to its address']
      : []),
    ...(values.linkerdAuthPolicy.create === true
      ? ['linkerdAuthPolicy.create is not supported: Linkerd is not a provider yet']
      : []),
    ...(values.controlplane.kubeconfig.secretName
      ? ['controlplane.kubeconfig is not supported: routes are written to the cluster that the Canaries are in']
      : []),
    ...(values.extraDeploy.length > 0
      ? ['extraDeploy is not supported: apply these objects on their own, and leave the list empty']
      : []),
    ...unknownTemplates(values.affinity).map(
      (text) => `affinity holds ${text}, which only Helm can fill: write the value itself`,
    ),
  ];
}
