import type { KubeObject } from '../kube/object.ts';
import { electionOf, featuresOf, type InstallOptions, labelsOf, leaseNamespaceOf, namesOf } from './options.ts';
import { type Feature, rulesOf } from './permissions.ts';

const apiVersion = 'rbac.authorization.k8s.io/v1';

/**
 * A role and its binding for each feature: for the whole cluster, or in the one namespace that is looked after. The Lease is
 * always a matter of one namespace.
 */
export function roles(options: InstallOptions): KubeObject[] {
  const election = electionOf(options);
  const { namespace } = options.values;
  return [
    ...featuresOf(options).flatMap((feature) => granted(options, feature, namespace || undefined)),
    ...(election ? granted(options, election, leaseNamespaceOf(options)) : []),
  ];
}

function granted(options: InstallOptions, feature: Feature, within: string | undefined): KubeObject[] {
  const { prefix, account } = namesOf(options);
  const kind = within === undefined ? 'ClusterRole' : 'Role';
  const name = `${prefix}-${feature.name}`;
  const metadata = { name, ...(within === undefined ? {} : { namespace: within }), labels: labelsOf(options) };
  return [
    { apiVersion, kind, metadata, rules: rulesOf(feature) },
    {
      apiVersion,
      kind: `${kind}Binding`,
      metadata,
      roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind, name },
      subjects: [{ kind: 'ServiceAccount', name: account, namespace: options.namespace }],
    },
  ];
}
