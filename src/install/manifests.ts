import { customResourceDefinitions } from '../api/crd.ts';
import type { KubeObject } from '../kube/object.ts';
import { alertSettings, deployment } from './deployment.ts';
import { type InstallOptions, labelsOf, namesOf } from './options.ts';
import { roles } from './roles.ts';
import { disruptionBudget, metricsService, monitors, networkPolicy } from './surroundings.ts';

/**
 * Every object of an installation, in the order in which they can be created. Pure, and the only source: `sluice install`
 * applies them, the kustomize base is written from them, and the Helm chart is compared with them.
 */
export function manifests(options: InstallOptions): KubeObject[] {
  const { values } = options;
  return [
    namespace(options),
    ...(values.crd.create ? definitions(options) : []),
    ...(values.serviceAccount.create ? [serviceAccount(options)] : []),
    ...(values.rbac.create ? roles(options) : []),
    ...alertsSecret(options),
    metricsService(options),
    deployment(options),
    ...disruptionBudget(options),
    ...networkPolicy(options),
    ...monitors(options),
  ];
}

/** The controller needs none of what Pod Security's strictest level forbids. */
function namespace(options: InstallOptions): KubeObject {
  const labels = { ...labelsOf(options), 'pod-security.kubernetes.io/enforce': 'restricted' };
  return { apiVersion: 'v1', kind: 'Namespace', metadata: { name: options.namespace, labels } };
}

/** Removing an installation must not remove Canaries, so Helm and Flux are told to leave their definitions alone. */
function definitions(options: InstallOptions): KubeObject[] {
  return customResourceDefinitions().map((definition) => ({
    ...definition,
    metadata: {
      ...definition.metadata,
      labels: labelsOf(options),
      annotations: { 'helm.sh/resource-policy': 'keep', 'kustomize.toolkit.fluxcd.io/prune': 'disabled' },
    },
  }));
}

/** The token is mounted by the pod that needs it, not into every pod that happens to use the account. */
function serviceAccount(options: InstallOptions): KubeObject {
  const annotations = options.values.serviceAccount.annotations ?? {};
  return {
    apiVersion: 'v1',
    kind: 'ServiceAccount',
    metadata: {
      name: namesOf(options).account,
      namespace: options.namespace,
      labels: labelsOf(options),
      ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
    },
    automountServiceAccountToken: false,
  };
}

/** Addresses of alert receivers hold secrets, so that they are never arguments, which everybody may read. */
function alertsSecret(options: InstallOptions): KubeObject[] {
  const entries = Object.entries(alertSettings(options));
  if (entries.length === 0) return [];
  const data = Object.fromEntries(entries.map(([name, value]) => [name, Buffer.from(value).toString('base64')]));
  const metadata = { name: namesOf(options).alerts, namespace: options.namespace, labels: labelsOf(options) };
  return [{ apiVersion: 'v1', kind: 'Secret', type: 'Opaque', metadata, data }];
}
