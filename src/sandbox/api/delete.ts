import type { KubeObject } from '../../kube/object.ts';
import { toTimestamp } from '../../runtime/clock.ts';
import { CRDS, NAMESPACES } from './collections.ts';
import { draftOf } from './draft.ts';
import type { Engine } from './engine.ts';
import { isFields, textIn } from './fields.ts';
import type { Resource, Target } from './resource.ts';
import { badRequest, conflict, forbidden, invalid, type StatusBody, unsupportedValue } from './status-error.ts';
import { storeKey } from './store.ts';
import { readObject } from './write.ts';

/** What becomes of the objects that the deleted one owns. */
export type Propagation = 'Background' | 'Foreground' | 'Orphan';

export interface DeleteOptions {
  /** When it isn't given, an earlier choice stands, else `Background`. */
  readonly propagation: Propagation | undefined;
  readonly uid?: string;
  readonly resourceVersion?: string;
  readonly dryRun: boolean;
}

export const FOREGROUND = 'foregroundDeletion';
export const ORPHAN = 'orphan';
/** Holds a CRD until its objects are gone. */
export const CRD_CLEANUP = 'customresourcecleanup.apiextensions.k8s.io';

/** Reads DeleteOptions from the body and the query. @throws StatusError 400 or 422 */
export function deleteOptions(body: unknown, params: URLSearchParams): DeleteOptions {
  if (body !== undefined && !isFields(body)) throw badRequest('the delete options are unreadable');
  const orphans = body?.['orphanDependents'] ?? params.get('orphanDependents');
  const asked = textIn(body, 'propagationPolicy') ?? params.get('propagationPolicy') ?? undefined;
  const propagation = asked ?? (orphans === true || orphans === 'true' ? 'Orphan' : undefined);
  if (
    propagation !== undefined &&
    propagation !== 'Background' &&
    propagation !== 'Foreground' &&
    propagation !== 'Orphan'
  ) {
    const causes = [unsupportedValue('propagationPolicy', propagation, ['Foreground', 'Background', 'Orphan', 'nil'])];
    throw invalid({ group: 'meta.k8s.io', kind: 'DeleteOptions' }, '', causes);
  }
  const uid = textIn(body, 'preconditions', 'uid');
  const resourceVersion = textIn(body, 'preconditions', 'resourceVersion');
  const dry = Array.isArray(body?.['dryRun']) ? body['dryRun'].includes('All') : params.get('dryRun') === 'All';
  return {
    propagation,
    dryRun: dry,
    ...(uid === undefined ? {} : { uid }),
    ...(resourceVersion === undefined ? {} : { resourceVersion }),
  };
}

function checkPreconditions(resource: Resource, object: KubeObject, options: DeleteOptions): void {
  const { uid, resourceVersion, name } = object.metadata;
  const subject = { ...resource, plural: resource.kind };
  if (options.uid !== undefined && options.uid !== uid) {
    const why =
      `the UID in the precondition (${options.uid}) does not match the UID in record (${uid}). ` +
      'The object might have been deleted and then recreated';
    throw conflict(subject, name, why);
  }
  if (options.resourceVersion !== undefined && options.resourceVersion !== resourceVersion) {
    const why =
      `the ResourceVersion in the precondition (${options.resourceVersion}) does not match the ResourceVersion in record ` +
      `(${resourceVersion}). The object might have been modified`;
    throw conflict(subject, name, why);
  }
}

/** The finalizers that keep the object until its dependents are dealt with, and those set by others. */
function finalizersFor(
  resource: Resource,
  object: KubeObject,
  propagation: Propagation | undefined,
): readonly string[] {
  const all = object.metadata.finalizers ?? [];
  const present = propagation === undefined ? all : all.filter((name) => name !== FOREGROUND && name !== ORPHAN);
  const cleans = resource.collection === CRDS && !present.includes(CRD_CLEANUP);
  const others = cleans ? [...present, CRD_CLEANUP] : present;
  if (propagation === 'Foreground') return [...others, FOREGROUND];
  if (propagation === 'Orphan') return [...others, ORPHAN];
  return others;
}

function success(resource: Resource, object: KubeObject): StatusBody {
  const { name, uid = '' } = object.metadata;
  const group = resource.group === '' ? {} : { group: resource.group };
  return {
    kind: 'Status',
    apiVersion: 'v1',
    metadata: {},
    status: 'Success',
    details: { name, ...group, kind: resource.plural, uid },
  };
}

/**
 * Deletes an object, or marks it as being deleted when finalizers (or a namespace's content) hold it.
 * @returns the Status of success, or the object while it is still there
 * @throws StatusError 404, 409
 */
export function deleteObject(engine: Engine, target: Target, options: DeleteOptions): StatusBody | KubeObject {
  const { resource } = target;
  const object = readObject(engine, target);
  const { name, namespace } = object.metadata;
  checkPreconditions(resource, object, options);
  const isNamespace = resource.collection === NAMESPACES;
  if (isNamespace && (name === 'default' || name === 'kube-system' || name === 'kube-public')) {
    throw forbidden(resource, name, 'this namespace may not be deleted');
  }
  const finalizers = finalizersFor(resource, object, options.propagation);
  const key = storeKey(namespace, name);
  if (finalizers.length === 0 && !isNamespace) {
    if (!options.dryRun) engine.store.remove(resource.collection, key);
    return resource.answersDeleted ? object : success(resource, object);
  }
  const draft = draftOf(object);
  if (draft.metadata.deletionTimestamp === undefined) {
    draft.metadata.deletionTimestamp = toTimestamp(engine.clock.now());
    draft.metadata.deletionGracePeriodSeconds = 0;
    if (resource.generation) draft.metadata.generation = (draft.metadata.generation ?? 0) + 1;
    if (isNamespace) draft['status'] = { ...(isFields(draft['status']) ? draft['status'] : {}), phase: 'Terminating' };
  } else if (finalizers.join() === (object.metadata.finalizers ?? []).join()) {
    return object;
  }
  if (finalizers.length === 0) delete draft.metadata.finalizers;
  else draft.metadata.finalizers = [...finalizers];
  if (options.dryRun) return draft;
  return resource.fromStored(engine.store.put(resource.collection, key, resource.toStored(draft)));
}
