import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import { type Kind, type KubeObject, kindKey, type OwnerReference, refOf } from '../kube/object.ts';
import { listed } from './installed.ts';
import { allFeatures } from './permissions.ts';

/** Writes of others that one object may lose to before it is told as an error. */
const ATTEMPTS = 20;

/** Kinds that a Canary may own objects of: all that some feature creates. */
export function ownedKinds(): readonly Kind[] {
  const created = allFeatures().flatMap(({ grants }) => grants.filter(({ verbs }) => verbs.includes('create')));
  const kinds = created.filter(({ kind }) => kind !== 'Event' && kind !== 'Lease');
  return [
    ...new Map(kinds.map(({ apiVersion, kind }) => [kindKey({ apiVersion, kind }), { apiVersion, kind }])).values(),
  ];
}

/** The objects in a namespace that Canaries own. A kind of which two versions are served is told once. */
export async function ownedObjects(client: Pick<Client, 'list'>, namespace: string): Promise<KubeObject[]> {
  const found = new Map<string, KubeObject>();
  for (const kind of ownedKinds()) {
    const { items } = await listed(client, kind, namespace);
    for (const object of items)
      if (object.metadata.ownerReferences?.some(isCanary)) found.set(identity(object), object);
  }
  return [...found.values()];
}

/**
 * Takes the Canaries out of an object's owners, so that it outlives them. Tried again when somebody else wrote at the same time;
 * an object that is gone by then is no loss.
 */
export async function orphan(client: Pick<Client, 'get' | 'patch'>, object: KubeObject): Promise<void> {
  let current = object;
  for (let attempt = 1; ; attempt++) {
    const { ownerReferences = [], resourceVersion } = current.metadata;
    const others = ownerReferences.filter((owner) => !isCanary(owner)).map((owner) => ({ ...owner }));
    try {
      await client.patch(refOf(current), { metadata: { ownerReferences: others, resourceVersion } });
      return;
    } catch (error) {
      if (ApiError.is(error, 'NotFound')) return;
      if (!ApiError.is(error, 'Conflict') || attempt === ATTEMPTS) throw error;
      current = await client.get(refOf(current));
    }
  }
}

function isCanary({ apiVersion, kind }: OwnerReference): boolean {
  return kind === 'Canary' && apiVersion.startsWith('flagger.app/');
}

function identity({ metadata, kind }: KubeObject): string {
  return metadata.uid ?? `${kind}/${metadata.namespace}/${metadata.name}`;
}
