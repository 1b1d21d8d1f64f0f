import { randomUUID } from 'node:crypto';
import type { KubeObject } from '../../kube/object.ts';
import { toTimestamp } from '../../runtime/clock.ts';
import { NAMESPACES } from './collections.ts';
import { decodeObject } from './decode.ts';
import { type Draft, type DraftMeta, draftOf } from './draft.ts';
import type { Engine } from './engine.ts';
import { itemsIn, sameJson } from './fields.ts';
import { recordWriter } from './managed-fields.ts';
import { metadataCauses } from './metadata-checks.ts';
import { generatedName } from './names.ts';
import { checkNamespace } from './namespace-gate.ts';
import { apiVersionOf, type Resource, type Target } from './resource.ts';
import {
  alreadyExists,
  badRequest,
  type Cause,
  conflict,
  forbiddenField,
  invalid,
  invalidValue,
  methodNotAllowed,
  notFound,
  StatusError,
} from './status-error.ts';
import { storeKey } from './store.ts';

/** Query options of all writes. */
export interface WriteOptions {
  readonly dryRun: boolean;
  readonly manager: string;
  readonly fieldValidation: 'Strict' | 'Warn' | 'Ignore';
  /** Fields that the body holds twice, told together with unknown ones. */
  readonly duplicates: readonly string[];
}

/** What came of a write, in the version of the request. */
export interface Written {
  readonly object: KubeObject;
  readonly warnings: readonly string[];
  readonly created: boolean;
}

/** The stored object of a target in the version of the request. @throws StatusError 404 */
export function readObject({ store }: Engine, { resource, namespace, name = '' }: Target): KubeObject {
  const stored = store.get(resource.collection, storeKey(namespace, name));
  if (!stored) throw notFound(resource, name);
  return resource.fromStored(stored);
}

function strictness(resource: Resource, unknown: readonly string[], options: WriteOptions): readonly string[] {
  if (options.fieldValidation === 'Ignore') return [];
  const texts = [
    ...options.duplicates.map((path) => `duplicate field "${path}"`),
    ...unknown.toSorted().map((path) => `unknown field "${path}"`),
  ];
  if (texts.length === 0 || options.fieldValidation === 'Warn') return texts;
  const { kind, version } = resource;
  throw badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: strict decoding error: ${texts.join(', ')}`,
  );
}

function refuse(resource: Resource, name: string, causes: readonly Cause[]): void {
  if (causes.length > 0) throw invalid(resource, name, causes);
}

/** Brings a draft into its final form and stores it, or only says what would be stored. */
function commit(
  engine: Engine,
  target: Target,
  draft: Draft,
  old: KubeObject | undefined,
  options: WriteOptions,
): KubeObject {
  const { resource, subresource } = target;
  const { name, namespace } = draft.metadata;
  recordWriter(draft, old, {
    manager: options.manager,
    apiVersion: apiVersionOf(resource),
    subresource,
    time: toTimestamp(engine.clock.now()),
  });
  if (options.dryRun || !resource.stored) return draft;
  const key = storeKey(namespace, name);
  const released = draft.metadata.deletionTimestamp !== undefined && (draft.metadata.finalizers ?? []).length === 0;
  const kept = resource.collection === NAMESPACES && itemsIn(draft, 'spec', 'finalizers').length > 0;
  if (released && !kept) {
    const gone = engine.store.remove(resource.collection, key);
    return gone
      ? { ...draft, metadata: { ...draft.metadata, resourceVersion: gone.metadata.resourceVersion ?? '' } }
      : draft;
  }
  return resource.fromStored(engine.store.put(resource.collection, key, resource.toStored(draft)));
}

/**
 * Creates an object from a request body.
 * @param random source for `generateName`, numbers in [0, 1)
 * @throws StatusError 400, 403, 404, 409, 422
 */
export function createObject(
  engine: Engine,
  target: Target,
  body: unknown,
  options: WriteOptions,
  random: () => number = Math.random,
): Written {
  const { resource } = target;
  const draft = decodeObject(body, target);
  if (resource.status) delete draft['status'];
  const warnings = strictness(resource, resource.prune(draft), options);
  const meta = draft.metadata;
  if (target.name !== undefined && target.name !== meta.name) throw nameMismatch(meta.name, target.name);
  if (meta.name === '' && meta.generateName) meta.name = generatedName(meta.generateName, random);
  if (meta.resourceVersion !== undefined && meta.resourceVersion !== '') {
    throw new StatusError(500, '', 'resourceVersion should not be set on objects to be created');
  }
  if (resource.namespaced) {
    if (target.namespace === undefined) throw methodNotAllowed();
    checkNamespace(engine, resource, target.namespace, meta.name);
  }
  resource.fill(draft, { store: engine.store, nowMs: engine.clock.now(), old: undefined });
  stampNew(meta, resource, engine);
  refuse(resource, meta.name, [...metadataCauses(draft, resource.custom), ...resource.validate(draft, undefined)]);
  if (engine.store.get(resource.collection, storeKey(meta.namespace, meta.name)))
    throw alreadyExists(resource, meta.name);
  return { object: commit(engine, target, draft, undefined, options), warnings, created: true };
}

/** Gives a new object what only the server may give. */
function stampNew(meta: DraftMeta, resource: Resource, engine: Engine): void {
  for (const field of ['deletionTimestamp', 'deletionGracePeriodSeconds', 'resourceVersion', 'selfLink'])
    delete meta[field];
  meta.uid = randomUUID();
  meta.creationTimestamp = toTimestamp(engine.clock.now());
  if (resource.generation) meta.generation = 1;
  else delete meta.generation;
}

function nameMismatch(inBody: string, inUrl: string): StatusError {
  return badRequest(`the name of the object (${inBody}) does not match the name on the URL (${inUrl})`);
}

/** PUT of an object or of its status. @throws StatusError 400, 404, 409, 422 */
export function updateObject(engine: Engine, target: Target, body: unknown, options: WriteOptions): Written {
  const { resource, name = '', namespace } = target;
  const draft = decodeObject(body, target);
  if (draft.metadata.name === '') {
    throw badRequest(`the name of the object (${name} based on URL) was undeterminable: name must be provided`);
  }
  if (draft.metadata.name !== name) throw nameMismatch(draft.metadata.name, name);
  const present = engine.store.get(resource.collection, storeKey(namespace, name));
  if (!present && resource.createOnUpdate && target.subresource === undefined) {
    return createObject(engine, target, body, options);
  }
  if (!present) throw notFound(resource, name);
  if (resource.custom && (draft.metadata.resourceVersion ?? '') === '') {
    // told about the plural, unlike everything else that is invalid
    const subject = { group: resource.group, kind: resource.plural };
    throw invalid(subject, name, [invalidValue('metadata.resourceVersion', 0, 'must be specified for an update')]);
  }
  return replaceObject(engine, target, resource.fromStored(present), draft, options);
}

/** Replaces `old` by the draft, by the rules that PUT and all patches share. @throws StatusError 400, 409, 422 */
export function replaceObject(
  engine: Engine,
  target: Target,
  old: KubeObject,
  draft: Draft,
  options: WriteOptions,
): Written {
  const { resource, name = '' } = target;
  checkPreconditions(resource, old, draft);
  const next = target.subresource === 'status' ? withStatusOf(resource, old, draft) : withSystemMeta(old, draft);
  if (target.subresource === undefined && resource.status) keepField(next, old, 'status');
  const warnings = strictness(resource, resource.prune(next), options);
  resource.fill(next, { store: engine.store, nowMs: engine.clock.now(), old });
  refuse(resource, name, [
    ...finalizerCauses(old, next),
    ...metadataCauses(next, resource.custom),
    ...resource.validate(next, old),
  ]);
  if (resource.generation && target.subresource !== 'status' && contentChanged(resource, old, next)) {
    next.metadata.generation = (old.metadata.generation ?? 0) + 1;
  }
  const released = next.metadata.deletionTimestamp !== undefined && (next.metadata.finalizers ?? []).length === 0;
  if (sameJson(old, next) && !released) return { object: old, warnings, created: false };
  return { object: commit(engine, target, next, old, options), warnings, created: false };
}

function checkPreconditions(resource: Resource, old: KubeObject, draft: Draft): void {
  const { uid, resourceVersion, name } = draft.metadata;
  if (uid !== undefined && uid !== '' && uid !== old.metadata.uid) {
    const why = `Precondition failed: UID in precondition: ${uid}, UID in object meta: ${old.metadata.uid}`;
    throw conflict(resource, name, why);
  }
  const given = resourceVersion !== undefined && resourceVersion !== '';
  if (given && !/^\d+$/.test(resourceVersion)) {
    throw new StatusError(500, '', `strconv.ParseUint: parsing ${JSON.stringify(resourceVersion)}: invalid syntax`);
  }
  if (given && resourceVersion !== old.metadata.resourceVersion) throw conflict(resource, name);
}

function keepField(draft: Draft, old: KubeObject, field: string): void {
  if (old[field] === undefined) delete draft[field];
  else draft[field] = old[field];
}

/**
 * Only the status of the request counts at the status endpoint. Built-in kinds also take its metadata there, which is how
 * controllers annotate what they report on.
 */
function withStatusOf(resource: Resource, old: KubeObject, draft: Draft): Draft {
  const next = draftOf(old);
  if (!resource.custom) {
    next.metadata = withSystemMeta(old, draft).metadata;
    if (resource.statusKeepsLabels) restoreLabels(next, old);
  }
  if (draft['status'] === undefined) delete next['status'];
  else next['status'] = draft['status'];
  return next;
}

function restoreLabels(next: Draft, old: KubeObject): void {
  if (old.metadata.labels === undefined) delete next.metadata.labels;
  else next.metadata.labels = { ...old.metadata.labels };
}

/** Metadata that belongs to the server comes from the stored object, whatever the request says. */
function withSystemMeta(old: KubeObject, draft: Draft): Draft {
  const meta: Record<string, unknown> = { ...draft.metadata };
  const before: Record<string, unknown> = { ...old.metadata };
  for (const field of [
    'uid',
    'resourceVersion',
    'generation',
    'creationTimestamp',
    'deletionTimestamp',
    'deletionGracePeriodSeconds',
    'managedFields',
    'generateName',
    'selfLink',
  ]) {
    if (before[field] === undefined) delete meta[field];
    else meta[field] = before[field];
  }
  return { ...draft, metadata: { ...meta, name: draft.metadata.name } };
}

function finalizerCauses(old: KubeObject, next: Draft): readonly Cause[] {
  if (old.metadata.deletionTimestamp === undefined) return [];
  const before = old.metadata.finalizers ?? [];
  const added = (next.metadata.finalizers ?? []).filter((finalizer) => !before.includes(finalizer));
  if (added.length === 0) return [];
  const list = added.map((finalizer) => JSON.stringify(finalizer)).join(', ');
  const detail = `no new finalizers can be added if the object is being deleted, found new finalizers []string{${list}}`;
  return [forbiddenField('metadata.finalizers', detail)];
}

/** Whether anything besides metadata (and a status with an endpoint of its own) differs. */
function contentChanged(resource: Resource, old: KubeObject, next: Draft): boolean {
  if (resource.generationOfAnnotations && !sameJson(old.metadata.annotations ?? {}, next.metadata.annotations ?? {}))
    return true;
  const ignored = resource.status ? { metadata: undefined, status: undefined } : { metadata: undefined };
  return !sameJson({ ...old, ...ignored }, { ...next, ...ignored });
}
