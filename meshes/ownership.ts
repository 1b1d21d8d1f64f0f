import type { Canary } from '../src/api/canary.ts';
import { controllerOf, type KubeObject, type ObjectRef } from '../src/kube/object.ts';

const isCanary = (apiVersion: string, kind: string) => kind === 'Canary' && apiVersion.startsWith('flagger.app/');

/** Whether the object was made for this Canary; garbage collection removes it with the Canary. */
export function isOwn(object: KubeObject, canary: Canary): boolean {
  const owner = controllerOf(object);
  return owner !== undefined && isCanary(owner.apiVersion, owner.kind) && owner.name === canary.name;
}

/** A sentence when the object was made for another Canary: two would overwrite each other's weights for ever. */
export function claimedByAnother(object: KubeObject | undefined, canary: Canary): string | undefined {
  const owner = object && controllerOf(object);
  if (!owner || !isCanary(owner.apiVersion, owner.kind) || owner.name === canary.name) return undefined;
  const { name, namespace } = object.metadata;
  return `${object.kind} ${name}.${namespace} belongs to the canary ${owner.name}.${namespace}`;
}

/** How the reference reports an object that should be there. `plural`: such as `ingresses.networking.k8s.io`. */
export function notFound(ref: ObjectRef, plural: string): string {
  return `${ref.kind} ${ref.name}.${ref.namespace} get error: ${plural} "${ref.name}" not found`;
}
