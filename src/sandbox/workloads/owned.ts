import type { Reader } from '../../kube/cluster.ts';
import {
  controllerOf,
  dig,
  type Kind,
  type KubeObject,
  type OwnerReference,
  type StringMap,
} from '../../kube/object.ts';

/** Objects of a kind that `owner` manages, from oldest to newest. */
export function ownedBy(reader: Reader, kind: Kind, owner: KubeObject): readonly KubeObject[] {
  const { uid, namespace } = owner.metadata;
  return reader
    .list(kind, namespace)
    .filter((object) => controllerOf(object)?.uid === uid)
    .toSorted((a, b) => ageKey(a).localeCompare(ageKey(b)));
}

function ageKey(object: KubeObject): string {
  return `${object.metadata.creationTimestamp ?? ''} ${object.metadata.name}`;
}

/** The reference by which `owner` manages another object. */
export function controlledBy(owner: KubeObject): OwnerReference {
  const { apiVersion, kind, metadata } = owner;
  const { name, uid = '' } = metadata;
  return { apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true };
}

/** Labels of a pod template. */
export function templateLabels(workload: KubeObject): StringMap {
  return (dig(workload, 'spec', 'template', 'metadata', 'labels') ?? {}) as StringMap;
}

/** A count from an object's spec or status; 0 when it is absent. */
export function count(object: KubeObject, part: 'spec' | 'status', field: string): number {
  const value = dig(object, part, field);
  return typeof value === 'number' ? value : 0;
}
