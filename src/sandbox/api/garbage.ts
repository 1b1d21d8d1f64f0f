import type { KubeObject, OwnerReference } from '../../kube/object.ts';
import { FOREGROUND, ORPHAN } from './delete.ts';
import type { Engine } from './engine.ts';
import { deleteStored, dropFinalizer, editStored, type Place } from './internal-write.ts';
import { Soon } from './soon.ts';
import type { StoreEvent } from './store.ts';

function placeKey({ collection, key }: Place): string {
  return `${collection} ${key}`;
}

function placeOf(text: string): Place {
  const space = text.indexOf(' ');
  return { collection: text.slice(0, space), key: text.slice(space + 1) };
}

/** Who depends on whom, by the uid of the owner. */
class Dependents {
  #byOwner = new Map<string, Set<string>>();

  follow(event: StoreEvent): void {
    const text = placeKey(event);
    for (const owner of event.previous?.metadata.ownerReferences ?? []) this.#byOwner.get(owner.uid)?.delete(text);
    if (event.type === 'DELETED') return;
    for (const owner of event.object.metadata.ownerReferences ?? []) {
      const present = this.#byOwner.get(owner.uid);
      if (present) present.add(text);
      else this.#byOwner.set(owner.uid, new Set([text]));
    }
  }

  of(uid: string | undefined): readonly string[] {
    return [...(this.#byOwner.get(uid ?? '') ?? [])];
  }
}

/**
 * Acts on owner references: deletes what lost all of its owners, forgets owners that are gone, and works off foreground
 * and orphaning deletions. Owners are known by their uid; one in another namespace counts as absent.
 */
export function runGarbageCollector(engine: Engine): () => void {
  const { store } = engine;
  const dependents = new Dependents();
  const soon = new Soon(engine.clock, (text) => collect(engine, dependents, placeOf(text)));
  return store.onEvent((event) => {
    dependents.follow(event);
    const { object, type } = event;
    const owners = object.metadata.ownerReferences ?? [];
    if (type === 'DELETED') {
      for (const dependent of dependents.of(object.metadata.uid)) soon.add(dependent);
    } else if (owners.length > 0 || object.metadata.deletionTimestamp !== undefined) {
      soon.add(placeKey(event));
    }
    // an owner that waits for this object may be able to go now
    for (const owner of [...owners, ...(event.previous?.metadata.ownerReferences ?? [])]) {
      const place = store.find(owner.uid);
      if (place && isWaiting(store.get(place.collection, place.key))) soon.add(placeKey(place));
    }
  });
}

function isWaiting(object: KubeObject | undefined): boolean {
  return object?.metadata.deletionTimestamp !== undefined && (object.metadata.finalizers ?? []).includes(FOREGROUND);
}

function ownerOf({ store }: Engine, dependent: KubeObject, reference: OwnerReference): KubeObject | undefined {
  const place = store.find(reference.uid);
  const owner = place && store.get(place.collection, place.key);
  if (!owner) return undefined;
  const { namespace } = owner.metadata;
  return namespace === undefined || namespace === dependent.metadata.namespace ? owner : undefined;
}

function collect(engine: Engine, dependents: Dependents, place: Place): void {
  const object = engine.store.get(place.collection, place.key);
  if (!object) return;
  if (object.metadata.deletionTimestamp !== undefined) {
    release(engine, dependents, place, object);
    return;
  }
  const references = object.metadata.ownerReferences ?? [];
  if (references.length === 0) return;
  const owners = references.map((reference) => ({ reference, owner: ownerOf(engine, object, reference) }));
  const solid = owners.filter(({ owner }) => owner && !isWaiting(owner));
  if (solid.length === 0) {
    const foreground = owners.some(({ owner }) => owner) && dependents.of(object.metadata.uid).length > 0;
    deleteStored(engine, place, foreground ? 'Foreground' : 'Background');
  } else if (solid.length < owners.length) {
    editStored(engine, place, (draft) => {
      draft.metadata.ownerReferences = solid.map(({ reference }) => reference);
    });
  }
}

/** Works off the finalizers of an object that is being deleted. */
function release(engine: Engine, dependents: Dependents, place: Place, object: KubeObject): void {
  const { uid, finalizers = [] } = object.metadata;
  if (finalizers.includes(ORPHAN)) {
    for (const text of dependents.of(uid)) orphan(engine, placeOf(text), uid);
    dropFinalizer(engine, place, ORPHAN);
    return;
  }
  if (!finalizers.includes(FOREGROUND)) return;
  for (const text of dependents.of(uid)) collect(engine, dependents, placeOf(text));
  const blocked = dependents.of(uid).some((text) => blocks(engine, placeOf(text), uid));
  if (!blocked) dropFinalizer(engine, place, FOREGROUND);
}

function orphan(engine: Engine, place: Place, uid: string | undefined): void {
  editStored(engine, place, (draft) => {
    const others = (draft.metadata.ownerReferences ?? []).filter((owner) => owner.uid !== uid);
    if (others.length === 0) delete draft.metadata.ownerReferences;
    else draft.metadata.ownerReferences = others;
  });
}

function blocks({ store }: Engine, place: Place, uid: string | undefined): boolean {
  const owners = store.get(place.collection, place.key)?.metadata.ownerReferences ?? [];
  return owners.some((owner) => owner.uid === uid && owner.blockOwnerDeletion === true);
}
