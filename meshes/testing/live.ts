import { type KubeObject, type ObjectRef, refKey, refOf } from '../../src/kube/object.ts';
import type { Live, Rendered } from '../contract.ts';

/** A cache that holds these objects; of two with one name the later one. They are frozen: nobody may change them. */
export function liveOf(objects: readonly KubeObject[]): Live {
  const byRef = new Map(objects.map((object) => [refKey(refOf(object)), deepFreeze(object)]));
  return (ref: ObjectRef) => byRef.get(refKey(ref));
}

/** What was rendered; fails the test when it was impossible. */
export function rendered(result: Rendered): readonly KubeObject[] {
  if ('impossible' in result) throw new Error(`impossible: ${result.impossible}`);
  return result.objects;
}

export function deepFreeze<T>(value: T): T {
  if (typeof value === 'object' && value !== null && !Object.isFrozen(value)) {
    Object.freeze(value);
    for (const part of Object.values(value)) deepFreeze(part);
  }
  return value;
}
