import type { Kind, KubeObject, ObjectMeta, ObjectRef } from '../../kube/object.ts';

/** Keeps objects of one kind in order. Keys are `namespace/name`. */
export interface Controller {
  /** Keys that a change of `object` may concern. */
  concerns(object: KubeObject): readonly string[];
  /** Brings one object up to date; a number asks for another visit after that many milliseconds. */
  visit(ref: Omit<ObjectRef, keyof Kind>): Promise<number | undefined>;
}

/** The key of an object among those of its kind. */
export function keyOf(object: { readonly metadata: Pick<ObjectMeta, 'namespace' | 'name'> }): string {
  return `${object.metadata.namespace ?? ''}/${object.metadata.name}`;
}

/** Namespace and name of a key. */
export function refOfKey(key: string): { readonly namespace: string; readonly name: string } {
  const slash = key.indexOf('/');
  return { namespace: key.slice(0, slash), name: key.slice(slash + 1) };
}
