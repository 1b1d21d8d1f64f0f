import { type JsonObject, type KubeObject, type ObjectRef, refOf } from '../kube/object.ts';
import type { Observation } from './observation.ts';
import { objectOr } from './workloads/json.ts';

/** A merge patch for an object that belongs to the user. */
export interface Patch {
  readonly ref: ObjectRef;
  readonly patch: JsonObject;
  /** In words, for logs and evidence. */
  readonly what: string;
}

/**
 * How the cluster must look. `objects` are complete and written in order where they don't stand; what is absent is left
 * alone. `impossible`: why a part can't be made, as a sentence.
 */
export interface Desired {
  readonly objects: readonly KubeObject[];
  readonly patches: readonly Patch[];
  readonly impossible?: string;
  /** Why a part that can wait is missing, as a sentence. */
  readonly warning?: string;
  /** More belongs to it, and comes once what is here has been taken over. */
  readonly unfinished?: boolean;
}

export interface RenderOptions {
  /** False when routing objects live in another cluster than the Canary. */
  readonly ownsRoutes: boolean;
  readonly includeLabelPrefix: readonly string[];
}

/** Nothing is to be written. */
export const nothing: Desired = { objects: [], patches: [] };

/** Whether something of it still has to be written. */
export function unmet(wanted: Desired, scene: Pick<Observation, 'stands'>): boolean {
  const { impossible, unfinished, patches, objects } = wanted;
  return impossible !== undefined || unfinished === true || patches.length > 0 || !objects.every(scene.stands);
}

/** Of the version that it was decided on: who has been overtaken writes nothing. */
export function patchOf(seen: KubeObject, patch: JsonObject, what: string): Patch {
  const { resourceVersion } = seen.metadata;
  const metadata = { ...objectOr(patch['metadata']), ...(resourceVersion === undefined ? {} : { resourceVersion }) };
  return { ref: refOf(seen), patch: { ...patch, metadata }, what };
}
