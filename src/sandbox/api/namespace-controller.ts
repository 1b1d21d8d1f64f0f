import type { KubeObject } from '../../kube/object.ts';
import { toTimestamp } from '../../runtime/clock.ts';
import { NAMESPACES } from './collections.ts';
import { draftOf } from './draft.ts';
import type { Engine } from './engine.ts';
import { ensureFields, type Fields, fieldItemsIn, itemsIn, sameJson } from './fields.ts';
import { deleteStored, editStored } from './internal-write.ts';
import { Soon } from './soon.ts';
import { qualified } from './status-error.ts';

/** Empties namespaces that are being deleted, and lets them go once nothing is left in them. */
export function runNamespaceController(engine: Engine): () => void {
  const { store } = engine;
  const soon = new Soon(engine.clock, (name) => terminate(engine, name));
  return store.onEvent(({ collection, key, object }) => {
    const name = collection === NAMESPACES ? key : object.metadata.namespace;
    if (name !== undefined && isTerminating(store.get(NAMESPACES, name))) soon.add(name);
  });
}

function isTerminating(namespace: KubeObject | undefined): boolean {
  return namespace?.metadata.deletionTimestamp !== undefined;
}

function terminate(engine: Engine, name: string): void {
  const namespace = engine.store.get(NAMESPACES, name);
  if (!namespace || !isTerminating(namespace)) return;
  const remaining = emptied(engine, name);
  const place = { collection: NAMESPACES, key: name };
  if (remaining.length === 0) {
    if (itemsIn(namespace, 'spec', 'finalizers').length === 0) return;
    editStored(engine, place, (draft) => {
      draft['spec'] = {};
    });
    return;
  }
  const condition = remainingCondition(remaining, toTimestamp(engine.clock.now()));
  const told = fieldItemsIn(namespace, 'status', 'conditions').some((item) =>
    sameJson(item['message'], condition['message']),
  );
  if (told) return;
  const draft = draftOf(namespace);
  ensureFields(draft, 'status')['conditions'] = [condition];
  engine.store.put(NAMESPACES, name, draft);
}

/** Deletes what is in the namespace. @returns plurals with the number of objects that finalizers hold */
function emptied(engine: Engine, name: string): readonly (readonly [string, number])[] {
  const left: [string, number][] = [];
  for (const resource of engine.catalog.collections()) {
    if (!resource.namespaced) continue;
    const { collection } = resource;
    const inside = () => [...engine.store.all(collection)].filter(([, object]) => object.metadata.namespace === name);
    for (const [key] of inside()) deleteStored(engine, { collection, key }, 'Background');
    const count = inside().length;
    if (count > 0) left.push([qualified(resource.group, resource.plural), count]);
  }
  return left;
}

function remainingCondition(remaining: readonly (readonly [string, number])[], lastTransitionTime: string): Fields {
  const parts = remaining.map(([plural, count]) => `${plural} has ${count} resource instances`);
  const message = `Some resources are remaining: ${parts.join(', ')}`;
  return {
    type: 'NamespaceContentRemaining',
    status: 'True',
    lastTransitionTime,
    reason: 'SomeResourcesRemain',
    message,
  };
}
