import type { KubeObject } from '../kube/object.ts';
import { core } from './permissions.ts';
import { needsOf } from './subject-of-check.ts';

/**
 * The only namespace that an installation looks after, by its parts; `undefined` for all of them. Where the Deployment is gone
 * already, as after a removal that was broken off, it is the namespace of its permissions.
 */
export function watchedBy(parts: readonly KubeObject[]): string | undefined {
  const deployment = parts.find(({ kind }) => kind === 'Deployment');
  if (deployment) return needsOf(deployment, []).watched || undefined;
  const isCore = ({ kind, metadata }: KubeObject) => kind === 'RoleBinding' && metadata.name.endsWith(`-${core.name}`);
  return parts.find(isCore)?.metadata.namespace;
}
