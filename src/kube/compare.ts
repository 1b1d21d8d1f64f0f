import type { Json, JsonObject, KubeObject } from './object.ts';

const serverFields = new Set([
  'resourceVersion',
  'uid',
  'generation',
  'creationTimestamp',
  'managedFields',
  'selfLink',
]);

/**
 * Whether two versions of an object mean the same. Fields that only the server sets are left out, and so is `status`; an
 * absent field equals an empty one.
 */
export function equalObjects(a: KubeObject, b: KubeObject): boolean {
  return equalFields(a, b, apart) && equalFields(a.metadata, b.metadata, serverFields);
}

/** Compared by themselves, or not at all. */
const apart = new Set(['metadata', 'status']);

/** The part of an object that a writer decides on. */
export function comparable(object: KubeObject): Record<string, unknown> {
  const { metadata, status: _, ...rest } = object;
  const meta = Object.entries(metadata).filter(([field]) => !serverFields.has(field));
  return { ...rest, metadata: Object.fromEntries(meta) };
}

/** Deep equality of JSON where `undefined`, `null`, `{}` and `[]` are the same: absent. */
export function equalValues(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (isEmpty(a) && isEmpty(b)) return true;
  if (Array.isArray(a) && Array.isArray(b)) {
    return a.length === b.length && a.every((item, i) => equalValues(item, b[i]));
  }
  if (!isRecord(a) || !isRecord(b)) return false;
  return equalFields(a, b, none);
}

const none: ReadonlySet<string> = new Set();

/** Equality of all fields but some. Compared in place: it is done for every object at every look. */
function equalFields(a: object, b: object, without: ReadonlySet<string>): boolean {
  const [left, right] = [a as Record<string, unknown>, b as Record<string, unknown>];
  for (const key in left) {
    if (!without.has(key) && !equalValues(left[key], right[key])) return false;
  }
  for (const key in right) {
    if (!Object.hasOwn(left, key) && !without.has(key) && !isEmpty(right[key])) return false;
  }
  return true;
}

function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null) return true;
  if (Array.isArray(value)) return value.length === 0;
  return isRecord(value) && Object.values(value).every((field) => field === undefined || field === null);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The merge patch (RFC 7386) that turns `from` into `to`; `undefined` when there is nothing to do. */
export function mergeDiff(from: unknown, to: unknown): JsonObject | undefined {
  if (!isRecord(from) || !isRecord(to)) return undefined;
  const patch: Record<string, Json> = {};
  for (const key of new Set([...Object.keys(from), ...Object.keys(to)])) {
    const [before, after] = [from[key], to[key]];
    if (after === undefined) {
      if (before !== undefined) patch[key] = null;
    } else if (isRecord(before) && isRecord(after)) {
      const inner = mergeDiff(before, after);
      if (inner) patch[key] = inner;
    } else if (JSON.stringify(before) !== JSON.stringify(after)) {
      patch[key] = after as Json;
    }
  }
  return Object.keys(patch).length > 0 ? patch : undefined;
}
