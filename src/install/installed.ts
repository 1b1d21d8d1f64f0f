import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import { dig, type Kind, type KubeObject, refKey, refOf } from '../kube/object.ts';
import { watchedBy } from './watched.ts';

/** What names an installation. */
export interface Place {
  readonly name: string;
  readonly namespace: string;
}

/** A kind of the parts. `anywhere`: they may be outside of the installation's namespace. `optional`: only some have them. */
export interface PartKind extends Kind {
  readonly anywhere?: true;
  readonly optional?: true;
}

const rbac = 'rbac.authorization.k8s.io/v1';
const monitoring = 'monitoring.coreos.com/v1';

/**
 * Kinds of the parts, in the order in which they go: what works first, what it works with last. A role goes before its binding,
 * because it is the binding that tells whose it is.
 */
export const partKinds: readonly PartKind[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: monitoring, kind: 'ServiceMonitor', anywhere: true, optional: true },
  { apiVersion: monitoring, kind: 'PodMonitor', anywhere: true, optional: true },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: rbac, kind: 'ClusterRole', anywhere: true },
  { apiVersion: rbac, kind: 'Role', anywhere: true },
  { apiVersion: rbac, kind: 'ClusterRoleBinding', anywhere: true },
  { apiVersion: rbac, kind: 'RoleBinding', anywhere: true },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
];

/**
 * The parts of an installation that are there, without its Namespace and the definitions. What is outside of the namespace is
 * a part when it works for that namespace: another installation may have the same name.
 */
export async function installedParts(client: Pick<Client, 'list'>, place: Place): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for (const { apiVersion, kind, anywhere, optional } of partKinds) {
    const known = [place.namespace, optional ? undefined : watchedBy(found)].filter((name) => name !== undefined);
    const items = anywhere
      ? await listedAnywhere(client, { apiVersion, kind }, known)
      : (await listed(client, { apiVersion, kind }, place.namespace)).items;
    found.push(...items.filter((object) => isPart(object, place)));
  }
  const roles = new Set(found.filter((object) => isBindingOf(object, place)).map(roleOf));
  return found.filter((object) => {
    if (isRole(object)) return roles.has(refKey(refOf(object)));
    const served = servedNamespace(object);
    return served === undefined || served.includes(place.namespace);
  });
}

/** Names of the roles that are bound to an installation. Rejects with an `ApiError` where not all bindings may be seen. */
export async function boundRoles(client: Pick<Client, 'list'>, place: Place): Promise<readonly string[]> {
  const names: string[] = [];
  for (const kind of ['ClusterRoleBinding', 'RoleBinding']) {
    const { items } = await listed(client, { apiVersion: rbac, kind });
    const ours = items.filter((object) => isPart(object, place) && isBindingOf(object, place));
    names.push(...ours.map((binding) => String(dig(binding, 'roleRef', 'name'))));
  }
  return names;
}

/**
 * The namespace of the installation that an object outside of it works for, as a list of one; an empty list when it works for
 * nobody, and `undefined` for objects of other kinds, which are in the namespace itself.
 */
export function servedNamespace(object: KubeObject): readonly string[] | undefined {
  const only = (name: unknown) => (typeof name === 'string' ? [name] : []);
  switch (object.kind) {
    case 'ClusterRoleBinding':
    case 'RoleBinding':
      return only(dig(object, 'subjects', 0, 'namespace'));
    case 'ServiceMonitor':
    case 'PodMonitor':
      return only(dig(object, 'spec', 'namespaceSelector', 'matchNames', 0) ?? object.metadata.namespace);
    default:
      return undefined;
  }
}

function isBindingOf(object: KubeObject, { namespace }: Place): boolean {
  return object.kind.endsWith('RoleBinding') && servedNamespace(object)?.[0] === namespace;
}

function isRole({ kind }: KubeObject): boolean {
  return kind === 'ClusterRole' || kind === 'Role';
}

/** The role that a binding names, as `refKey` has it. */
function roleOf(binding: KubeObject): string {
  const { namespace } = binding.metadata;
  const kind = String(dig(binding, 'roleRef', 'kind'));
  const within = kind === 'Role' && namespace !== undefined ? { namespace } : {};
  return refKey({ apiVersion: rbac, kind, name: String(dig(binding, 'roleRef', 'name')), ...within });
}

/** A collection; empty when its kind isn't served. */
export async function listed(client: Pick<Client, 'list'>, kind: Kind, namespace?: string) {
  try {
    return await client.list(kind, { namespace });
  } catch (error) {
    if (ApiError.is(error) && error.code === 404) return { resourceVersion: '', items: [] };
    throw error;
  }
}

/** Who may not look everywhere is shown what is in the namespaces that the installation is known to have to do with. */
async function listedAnywhere(client: Pick<Client, 'list'>, kind: Kind, known: readonly string[]) {
  try {
    return (await listed(client, kind)).items;
  } catch (error) {
    if (!ApiError.is(error, 'Forbidden')) throw error;
    if (kind.kind.startsWith('Cluster')) return [];
    const lists = await Promise.all([...new Set(known)].map((namespace) => listed(client, kind, namespace)));
    return lists.flatMap(({ items }) => items);
  }
}

/** Whether an object carries the labels of the installation. */
export function isPart({ metadata: { labels = {} } }: KubeObject, { name }: Pick<Place, 'name'>): boolean {
  return labels['app.kubernetes.io/part-of'] === 'sluice' && labels['app.kubernetes.io/instance'] === name;
}

/** Whether it is Helm that looks after an object. */
export function isHelms({ metadata: { labels = {} } }: KubeObject): boolean {
  return labels['app.kubernetes.io/managed-by'] === 'Helm';
}

/** The Deployment of an installation. */
export async function installedDeployment(client: Pick<Client, 'list'>, place: Place): Promise<KubeObject | undefined> {
  const { items } = await listed(client, { apiVersion: 'apps/v1', kind: 'Deployment' }, place.namespace);
  return items.find((object) => isPart(object, place));
}
