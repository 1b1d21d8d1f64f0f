import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import { dig, type Kind, type KubeObject } from '../kube/object.ts';

/** What names an installation. */
export interface Place {
  readonly name: string;
  readonly namespace: string;
}

/** Kinds of the parts, in the order in which they go: what works first, what it works with last. */
const kinds: readonly (Kind & { readonly anywhere?: true })[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'v1', kind: 'Service' },
  { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget' },
  { apiVersion: 'networking.k8s.io/v1', kind: 'NetworkPolicy' },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'ServiceMonitor', anywhere: true },
  { apiVersion: 'monitoring.coreos.com/v1', kind: 'PodMonitor', anywhere: true },
  { apiVersion: 'v1', kind: 'Secret' },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRoleBinding', anywhere: true },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'RoleBinding', anywhere: true },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'ClusterRole', anywhere: true },
  { apiVersion: 'rbac.authorization.k8s.io/v1', kind: 'Role', anywhere: true },
  { apiVersion: 'v1', kind: 'ServiceAccount' },
];

/** The parts of an installation that are there, without its Namespace and the definitions. */
export async function installedParts(client: Pick<Client, 'list'>, place: Place): Promise<KubeObject[]> {
  const found: KubeObject[] = [];
  for (const { anywhere, ...kind } of kinds) {
    const { items } = anywhere
      ? await listedAnywhere(client, kind, place.namespace)
      : await listed(client, kind, place.namespace);
    found.push(...items.filter((object) => isPart(object, place)));
  }
  return found;
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

/** Who may only look into one namespace is shown what is there. */
async function listedAnywhere(client: Pick<Client, 'list'>, kind: Kind, namespace: string) {
  try {
    return await listed(client, kind);
  } catch (error) {
    if (!ApiError.is(error, 'Forbidden')) throw error;
    return kind.kind.startsWith('Cluster') ? { items: [] } : listed(client, kind, namespace);
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

/** Deployments that run, as `<namespace>/<name>`, and might look after the same Canaries as the installation at a place. */
export interface Rivals {
  readonly flaggers: readonly string[];
  readonly sluices: readonly string[];
}

/** Rejects with an `ApiError` where not all Deployments may be seen. */
export async function rivalsOf(client: Pick<Client, 'list'>, place: Place): Promise<Rivals> {
  const { items } = await listed(client, { apiVersion: 'apps/v1', kind: 'Deployment' });
  const running = items.filter((object) => dig(object, 'spec', 'replicas') !== 0);
  const own = (object: KubeObject) => isPart(object, place) && object.metadata.namespace === place.namespace;
  return {
    flaggers: running.filter(runsFlagger).map(inWords),
    sluices: running
      .filter(({ metadata }) => metadata.labels?.['app.kubernetes.io/part-of'] === 'sluice')
      .filter((object) => !own(object))
      .map(inWords),
  };
}

function inWords({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

function runsFlagger(object: KubeObject): boolean {
  const containers = dig(object, 'spec', 'template', 'spec', 'containers');
  const images = Array.isArray(containers) ? containers.map((each) => String(dig(each, 'image') ?? '')) : [];
  return images.some((image) => /(?:^|\/)flagger(?:[:@]|$)/.test(image));
}
