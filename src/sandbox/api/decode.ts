import type { Draft } from './draft.ts';
import { copyJson, type Fields, isFields, textIn } from './fields.ts';
import { apiVersionOf, type Resource, type Target } from './resource.ts';
import { badRequest, invalid, invalidValue } from './status-error.ts';

function goType(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value;
}

/** The refusal of the typed decoder for a value of the wrong JSON type. */
export function cannotUnmarshal(resource: Resource, value: unknown, field: string, wanted: string): Error {
  const { kind, version } = resource;
  return badRequest(
    `${kind} in version "${version}" cannot be handled as a ${kind}: json: cannot unmarshal ${goType(value)} into Go ` +
      `struct field ${field} of type ${wanted}`,
  );
}

/** Removes what the Go types leave out when they are empty, and refuses what they can't hold. */
function cleanMeta(meta: Fields, resource: Resource): void {
  // custom resources have their metadata decoded on its own
  const root = resource.custom ? 'ObjectMeta' : 'ObjectMeta.metadata';
  for (const field of ['labels', 'annotations']) {
    const map = meta[field];
    if (map === undefined) continue;
    if (map !== null && !isFields(map)) {
      throw cannotUnmarshal(resource, map, `${root}.${field}`, 'map[string]string');
    }
    for (const value of Object.values(map ?? {})) {
      if (typeof value !== 'string') throw cannotUnmarshal(resource, value, `${root}.${field}`, 'string');
    }
    if (Object.keys(map ?? {}).length === 0) delete meta[field];
  }
  for (const field of ['finalizers', 'ownerReferences', 'managedFields']) {
    const list = meta[field];
    if (list === undefined) continue;
    if (list !== null && !Array.isArray(list)) {
      throw cannotUnmarshal(resource, list, `${root}.${field}`, '[]string');
    }
    if (list === null || list.length === 0) delete meta[field];
  }
  for (const field of [
    'name',
    'generateName',
    'namespace',
    'uid',
    'resourceVersion',
    'creationTimestamp',
    'deletionTimestamp',
  ]) {
    const text = meta[field];
    if (text === undefined || typeof text === 'string') continue;
    if (text !== null) throw cannotUnmarshal(resource, text, `${root}.${field}`, 'string');
    delete meta[field];
  }
}

/** Drops nulls at every depth: a Go struct can't tell them from absent fields. Elements of lists stay. */
function dropNulls(value: unknown): void {
  if (Array.isArray(value)) for (const item of value) dropNulls(item);
  if (!isFields(value)) return;
  for (const [field, item] of Object.entries(value)) {
    if (item === null) delete value[field];
    else dropNulls(item);
  }
}

/**
 * Makes a draft of a request body: the kind and version of the path, well-formed metadata, the namespace of the path.
 * The body itself isn't changed.
 * @throws StatusError 400
 */
export function decodeObject(body: unknown, { resource, namespace }: Target): Draft {
  if (!isFields(body)) throw badRequest('the object provided is unrecognized: it must be a JSON object');
  const draft = copyJson(body);
  const wanted = apiVersionOf(resource);
  // the typed decoders know what to expect; the one for custom resources has nothing but these fields
  if (draft['kind'] === undefined && resource.custom) {
    throw badRequest(
      `the object provided is unrecognized (must be of type ${resource.kind}): Object 'Kind' is missing`,
    );
  }
  const { kind = resource.kind, apiVersion = resource.custom ? '' : wanted } = draft;
  if (apiVersion !== wanted) {
    throw badRequest(`the API version in the data (${apiVersion}) does not match the expected API version (${wanted})`);
  }
  if (kind !== resource.kind && resource.custom) {
    const subject = { group: resource.group, kind: String(kind) };
    const cause = invalidValue('kind', kind, `must be ${resource.kind}`);
    throw invalid(subject, textIn(draft, 'metadata', 'name') ?? '', [cause]);
  }
  if (kind !== resource.kind) {
    throw badRequest(`${kind} in version "${resource.version}" cannot be handled as a ${resource.kind}`);
  }
  const meta = isFields(draft['metadata']) ? draft['metadata'] : {};
  cleanMeta(meta, resource);
  if (!resource.custom) dropNulls(draft);
  settleNamespace(meta, resource, namespace);
  const name = typeof meta['name'] === 'string' ? meta['name'] : '';
  return { ...draft, kind: resource.kind, apiVersion: wanted, metadata: { ...meta, name } };
}

function settleNamespace(meta: Fields, resource: Resource, namespace: string | undefined): void {
  const own = meta['namespace'];
  if (!resource.namespaced) {
    delete meta['namespace'];
    return;
  }
  if (typeof own === 'string' && own !== '' && namespace !== undefined && own !== namespace) {
    throw badRequest('the namespace of the provided object does not match the namespace sent on the request');
  }
  if (namespace !== undefined) meta['namespace'] = namespace;
}
