import type { KubeObject } from '../../kube/object.ts';
import { toTimestamp } from '../../runtime/clock.ts';
import { CRDS } from './collections.ts';
import { resourcesOf, storageVersion } from './crd.ts';
import { CRD_CLEANUP } from './delete.ts';
import { draftOf } from './draft.ts';
import type { Engine } from './engine.ts';
import { type Fields, fieldItemsIn, fieldsIn, itemsIn, sameJson, textIn } from './fields.ts';
import { deleteStored, dropFinalizer } from './internal-write.ts';
import { Soon } from './soon.ts';

/** Name taken by another CRD of the same group, if any. */
function nameConflict(
  { store }: Engine,
  crd: KubeObject,
): { readonly reason: string; readonly message: string } | undefined {
  const names = fieldsIn(crd, 'spec', 'names') ?? {};
  for (const other of store.all(CRDS).values()) {
    if (other.metadata.uid === crd.metadata.uid) continue;
    if (textIn(other, 'spec', 'group') !== textIn(crd, 'spec', 'group') || !isEstablished(other)) continue;
    const taken = fieldsIn(other, 'status', 'acceptedNames') ?? {};
    for (const [field, reason] of [
      ['kind', 'KindConflict'],
      ['listKind', 'ListKindConflict'],
      ['singular', 'SingularConflict'],
    ] as const) {
      if (taken[field] !== undefined && taken[field] === names[field]) {
        return { reason, message: `${JSON.stringify(names[field])} is already in use` };
      }
    }
  }
  return undefined;
}

/** Whether the condition `Established` holds. */
export function isEstablished(crd: KubeObject): boolean {
  const condition = fieldItemsIn(crd, 'status', 'conditions').find((item) => item['type'] === 'Established');
  return condition?.['status'] === 'True';
}

function conditionsOf(engine: Engine, crd: KubeObject): readonly Fields[] {
  const lastTransitionTime = toTimestamp(engine.clock.now());
  const clash = nameConflict(engine, crd);
  if (clash) {
    return [
      { type: 'NamesAccepted', status: 'False', lastTransitionTime, ...clash },
      {
        type: 'Established',
        status: 'False',
        lastTransitionTime,
        reason: 'NotAccepted',
        message: 'not all names are accepted',
      },
    ];
  }
  return [
    { type: 'NamesAccepted', status: 'True', lastTransitionTime, reason: 'NoConflicts', message: 'no conflicts found' },
    {
      type: 'Established',
      status: 'True',
      lastTransitionTime,
      reason: 'InitialNamesAccepted',
      message: 'the initial names have been accepted',
    },
  ];
}

/** The status that a CRD should have, with transition times kept where nothing changed. */
function statusOf(engine: Engine, crd: KubeObject): Fields {
  const before = fieldItemsIn(crd, 'status', 'conditions');
  const computed = conditionsOf(engine, crd).map((condition) => {
    const same = before.find((item) => item['type'] === condition['type'] && item['status'] === condition['status']);
    return same ?? condition;
  });
  const deleting = crd.metadata.deletionTimestamp !== undefined;
  const terminating = before.some((item) => item['type'] === 'Terminating');
  if (deleting && !terminating) {
    before.push({
      type: 'Terminating',
      status: 'True',
      lastTransitionTime: toTimestamp(engine.clock.now()),
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    });
  }
  const others = before.filter((item) => !computed.some((condition) => condition['type'] === item['type']));
  const accepted = computed[0]?.['status'] === 'True';
  const storedVersions = itemsIn(crd, 'status', 'storedVersions');
  const storage = storageVersion(crd);
  return {
    conditions: [...computed, ...others],
    acceptedNames: accepted
      ? fieldsIn(crd, 'spec', 'names')
      : (fieldsIn(crd, 'status', 'acceptedNames') ?? { plural: '', kind: '' }),
    storedVersions: storedVersions.includes(storage) ? storedVersions : [...storedVersions, storage],
  };
}

/** Deletes the objects of a CRD that is being deleted, and lets it go once none is left. */
function cleanUp(engine: Engine, key: string): void {
  const { store } = engine;
  const crd = store.get(CRDS, key);
  if (crd?.metadata.deletionTimestamp === undefined) return;
  const collection = collectionOf(crd);
  for (const object of [...store.all(collection).keys()])
    deleteStored(engine, { collection, key: object }, 'Background');
  const done = store.all(collection).size === 0 && (crd.metadata.finalizers ?? []).includes(CRD_CLEANUP);
  if (done) dropFinalizer(engine, { collection: CRDS, key }, CRD_CLEANUP);
}

function collectionOf(crd: KubeObject): string {
  return `${textIn(crd, 'spec', 'group')}/${textIn(crd, 'spec', 'names', 'plural')}`;
}

/** Keeps the conditions of CRDs, serves their kinds while they are established, and cleans up behind them. */
export function runCrdController(engine: Engine): () => void {
  const { store, catalog } = engine;
  const soon = new Soon(engine.clock, (key) => cleanUp(engine, key));
  return store.onEvent(({ type, collection, key, object }) => {
    if (type === 'DELETED' && collection !== CRDS) {
      const [plural = '', group = ''] = collection.split('/').toReversed();
      const crd = `${plural}.${group}`;
      if (store.get(CRDS, crd)?.metadata.deletionTimestamp !== undefined) soon.add(crd);
    }
    if (collection !== CRDS) return;
    if (object.metadata.deletionTimestamp !== undefined) soon.add(key);
    if (type === 'DELETED') return catalog.serve(object.metadata.name, []);
    const status = statusOf(engine, object);
    if (store.get(CRDS, key) === object && !sameJson(object['status'], status)) {
      store.put(CRDS, key, { ...draftOf(object), status });
      return;
    }
    catalog.serve(object.metadata.name, isEstablished(object) ? resourcesOf(object) : []);
  });
}
