/** Raw JSON objects as the API server edits them, before anything is known about their shape. */
export type Fields = { [field: string]: unknown };

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Follows field names downwards; `undefined` where the path ends. Lists aren't entered. */
export function valueIn(parent: unknown, ...path: readonly string[]): unknown {
  let at: unknown = parent;
  for (const field of path) {
    if (!isFields(at)) return undefined;
    at = at[field];
  }
  return at;
}

/** The object at the path, or `undefined` when there is none. */
export function fieldsIn(parent: unknown, ...path: readonly string[]): Fields | undefined {
  const value = valueIn(parent, ...path);
  return isFields(value) ? value : undefined;
}

/** The list at the path; empty when there is none. */
export function itemsIn(parent: unknown, ...path: readonly string[]): unknown[] {
  const value = valueIn(parent, ...path);
  return Array.isArray(value) ? value : [];
}

/** The objects of the list at the path; other elements are left out. */
export function fieldItemsIn(parent: unknown, ...path: readonly string[]): Fields[] {
  return itemsIn(parent, ...path).filter(isFields);
}

/** The text at the path, or `undefined` when something else or nothing is there. */
export function textIn(parent: unknown, ...path: readonly string[]): string | undefined {
  const value = valueIn(parent, ...path);
  return typeof value === 'string' ? value : undefined;
}

/** Sets the field unless it is there already. */
export function setDefault(fields: Fields, field: string, value: unknown): void {
  if (fields[field] === undefined) fields[field] = value;
}

/** The object in the field, made when it is absent. */
export function ensureFields(parent: Fields, field: string): Fields {
  const present = parent[field];
  if (isFields(present)) return present;
  const made: Fields = {};
  parent[field] = made;
  return made;
}

/** A deep copy; fields that are `undefined` are left out, as they are in JSON. */
export function copyJson<T>(value: T): T {
  // the copy has the shape of the original, which the compiler can't follow through the branches
  if (Array.isArray(value)) return value.map(copyJson) as T;
  if (!isFields(value)) return value;
  const copy: Fields = {};
  for (const [field, item] of Object.entries(value)) if (item !== undefined) copy[field] = copyJson(item);
  return copy as T;
}

/** Equality of JSON values. The order of fields doesn't matter, and an `undefined` field counts as absent. */
export function sameJson(left: unknown, right: unknown): boolean {
  if (left === right) return true;
  if (Array.isArray(left)) {
    if (!Array.isArray(right) || left.length !== right.length) return false;
    return left.every((item, i) => sameJson(item, right[i]));
  }
  if (!isFields(left) || !isFields(right)) return false;
  for (const field of Object.keys(left)) if (!sameJson(left[field], right[field])) return false;
  for (const field of Object.keys(right)) if (right[field] !== undefined && left[field] === undefined) return false;
  return true;
}
