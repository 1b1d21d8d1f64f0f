import { dig, type KubeObject } from '../kube/object.ts';
import { defaultOptions, parseOptions, type RunOptions } from '../options.ts';
import type { Subject } from './access-review.ts';
import { deployedFlags } from './deployed-args.ts';
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

/** What has to be there for a controller with these flags. */
export interface Needs {
  readonly providers: readonly string[];
  /** Empty: all of them. */
  readonly watched: string;
  readonly features: readonly Feature[];
  readonly election: { readonly feature: Feature; readonly namespace: string } | undefined;
  readonly metricsServer: string;
}

/**
 * What a controller needs that runs with the arguments of the Deployment, or with those of the defaults. `asked` are providers
 * that it must be able to use besides; `roles` are names of the roles that it has, which tell what else it was installed for.
 */
export function needsOf(
  deployment: KubeObject | undefined,
  asked: readonly string[],
  roles: readonly string[] = [],
): Needs {
  const options = optionsOf(deployment);
  const granted = (feature: Feature) => roles.some((role) => role.endsWith(`-${feature.name}`));
  const installed = Object.entries(providers).flatMap(([name, feature]) => (feature && granted(feature) ? [name] : []));
  const own = deployment
    ? [options.meshProvider, ...installed.filter((name) => name !== familyOf(options.meshProvider))]
    : [];
  const names = asked.length > 0 ? asked : own.length > 0 ? own : [options.meshProvider];
  const routing = names.map((name) => providers[familyOf(name)]).filter((feature) => feature !== undefined);
  return {
    providers: names,
    watched: options.namespace,
    features: [
      core,
      ...(options.enableConfigTracking ? [configTracking] : []),
      ...new Set(routing),
      ...[...Object.values(autoscalers), disruptionBudgets, failFast].filter(granted),
    ],
    election: options.enableLeaderElection
      ? { feature: leaderElection, namespace: options.leaderElectionNamespace }
      : undefined,
    metricsServer: options.metricsServer,
  };
}

/** The ServiceAccount that the pods of a Deployment run under. */
export function accountOf(deployment: KubeObject): Subject {
  const account = dig(deployment, 'spec', 'template', 'spec', 'serviceAccountName');
  return {
    account: typeof account === 'string' && account !== '' ? account : 'default',
    namespace: deployment.metadata.namespace ?? 'default',
  };
}

function optionsOf(deployment: KubeObject | undefined): RunOptions {
  const parsed = parseOptions(deployedFlags(deployment), {});
  return parsed.ok ? parsed.options : defaultOptions();
}
