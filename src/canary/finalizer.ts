import { FINALIZER } from '../api/finalizer.ts';
import { dig, type JsonObject } from '../kube/object.ts';
import { isGivenBack } from './desired.ts';
import type { Sight } from './observation.ts';
import { stageOf } from './status.ts';

/**
 * The merge patch that brings the finalizer in line with `revertOnDeletion`; `undefined` when it is. A Canary that can't
 * give anything back (refused, target gone) isn't held: a finalizer must never deadlock a namespace.
 */
export function finalizerPatch(sight: Exclude<Sight, { readonly kind: 'gone' | 'loading' }>): JsonObject | undefined {
  const { object } = sight.kind === 'scene' ? sight.scene : sight.seen;
  const { finalizers = [], deletionTimestamp, resourceVersion } = object.metadata;
  const held = finalizers.includes(FINALIZER);
  const wanted = dig(object, 'spec', 'revertOnDeletion') === true;
  const others = finalizers.filter((each) => each !== FINALIZER);
  const patch = (next: readonly string[]): JsonObject => ({ metadata: { finalizers: next, resourceVersion } });
  if (!held)
    return wanted && !deletionTimestamp && sight.kind !== 'refused' ? patch([...others, FINALIZER]) : undefined;
  if (!wanted) return patch(others);
  if (!deletionTimestamp) return undefined;
  if (sight.kind !== 'scene') return patch(others);
  return stageOf(sight.scene.status) === 'leaving' && isGivenBack(sight.scene) ? patch(others) : undefined;
}
