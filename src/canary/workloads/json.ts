import type { Json, JsonObject } from '../../kube/object.ts';

/** A JSON object, as opposed to a list or a scalar. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value if it is an object, else an empty one. */
export function objectOr(value: unknown): JsonObject {
  return isObject(value) ? value : {};
}

/** The objects in a list; empty for everything that is no list. */
export function objectsOf(value: unknown): readonly JsonObject[] {
  return Array.isArray(value) ? value.filter(isObject) : [];
}

/** Text fields of a map such as labels; empty for everything that is no map. */
export function textsOf(value: unknown): { readonly [key: string]: string } {
  const entries = Object.entries(objectOr(value));
  return Object.fromEntries(entries.flatMap(([key, text]) => (typeof text === 'string' ? [[key, text]] : [])));
}

export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

type Change = (part: JsonObject) => JsonObject;

/** A copy in which `change` was applied to the object in `field`; the same object when there is none. */
export function mapField(object: JsonObject, field: string, change: Change): JsonObject {
  const part = object[field];
  return isObject(part) ? { ...object, [field]: change(part) } : object;
}

/** A copy in which `change` was applied to each object of the list in `field`; the same object when there is none. */
export function mapItems(object: JsonObject, field: string, change: Change): JsonObject {
  const items: unknown = object[field];
  if (!Array.isArray(items)) return object;
  return { ...object, [field]: items.map((item: Json) => (isObject(item) ? change(item) : item)) };
}

/** Without the fields that hold `undefined`. */
export function defined(fields: { readonly [field: string]: unknown }): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}
