import type { KubeObject } from '../../kube/object.ts';
import { deleteObject, type Propagation } from './delete.ts';
import { type Draft, draftOf } from './draft.ts';
import type { Engine } from './engine.ts';
import { storeKey } from './store.ts';

/** An address inside the store. */
export interface Place {
  readonly collection: string;
  readonly key: string;
}

/** Edits a stored object on behalf of the server itself. An object that nothing holds any more goes away. */
export function editStored(engine: Engine, { collection, key }: Place, edit: (draft: Draft) => void): void {
  const stored = engine.store.get(collection, key);
  if (!stored) return;
  const draft = draftOf(stored);
  edit(draft);
  const finalizers = draft.metadata.finalizers ?? [];
  if (finalizers.length === 0) delete draft.metadata.finalizers;
  if (draft.metadata.deletionTimestamp !== undefined && finalizers.length === 0) engine.store.remove(collection, key);
  else engine.store.put(collection, key, draft);
}

/** Takes one finalizer away. */
export function dropFinalizer(engine: Engine, place: Place, finalizer: string): void {
  editStored(engine, place, (draft) => {
    draft.metadata.finalizers = (draft.metadata.finalizers ?? []).filter((name) => name !== finalizer);
  });
}

/** Deletes a stored object on behalf of the server itself. One that is being deleted already is left alone. */
export function deleteStored(engine: Engine, { collection, key }: Place, propagation: Propagation): void {
  const stored = engine.store.get(collection, key);
  const resource = engine.catalog.ofCollection(collection);
  if (!stored || !resource || stored.metadata.deletionTimestamp !== undefined) return;
  const { name, namespace } = stored.metadata;
  deleteObject(engine, { resource, namespace, name, subresource: undefined }, { propagation, dryRun: false });
}

/** Where an object lies in its collection. */
export function keyOf({ metadata }: KubeObject): string {
  return storeKey(metadata.namespace, metadata.name);
}
