import { refusalIn } from '../api/conditions.ts';
import { FINALIZER } from '../api/finalizer.ts';
import { dig, type JsonObject } from '../kube/object.ts';
import { isGivenBack } from './given-back.ts';
import type { Sight } from './observation.ts';
import { stageOf } from './status.ts';

/** An API server that starts up refuses everything for a moment; who may not read for longer than this never will. */
const DENIED_MS = 300_000;

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
  if (sight.kind === 'refused' && mayBeLetIn(sight)) return undefined;
  if (sight.kind !== 'scene') return patch(others);
  return stageOf(sight.scene.status) === 'leaving' && isGivenBack(sight.scene) ? patch(others) : undefined;
}

function mayBeLetIn({ seen, refusals }: Extract<Sight, { readonly kind: 'refused' }>): boolean {
  if (refusals.length === 0 || !refusals.every(({ reason }) => reason === 'PermissionMissing')) return false;
  const since = Date.parse(refusalIn(seen.status)?.lastTransitionTime ?? '');
  return Number.isNaN(since) || seen.at - since < DENIED_MS;
}
