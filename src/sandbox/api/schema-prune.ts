import { type Fields, isFields } from './fields.ts';
import { childSchema, ROOT_FIELDS, type Schema } from './schema.ts';

/**
 * Removes the fields that the schema doesn't know, in place. Under preserve-unknown-fields unknown ones stay, while the
 * named ones are still pruned by their own schema. A resource root (and every embedded resource) keeps `apiVersion`,
 * `kind` and `metadata`.
 * @returns the paths of what was removed
 */
export function pruneUnknown(value: unknown, schema: Schema): readonly string[] {
  const removed: string[] = [];
  prune(value, schema, '', true, removed);
  return removed;
}

function prune(value: unknown, schema: Schema, path: string, resourceRoot: boolean, removed: string[]): void {
  if (Array.isArray(value)) {
    if (!schema.items) return;
    for (const [i, item] of value.entries())
      prune(item, schema.items, `${path}[${i}]`, isEmbedded(schema.items), removed);
    return;
  }
  if (isFields(value)) pruneFields(value, schema, path, resourceRoot, removed);
}

function isEmbedded(schema: Schema): boolean {
  return schema['x-kubernetes-embedded-resource'] === true;
}

function pruneFields(value: Fields, schema: Schema, path: string, resourceRoot: boolean, removed: string[]): void {
  const keepsUnknown = schema['x-kubernetes-preserve-unknown-fields'] === true || schema.additionalProperties === true;
  for (const [field, item] of Object.entries(value)) {
    const at = path === '' ? field : `${path}.${field}`;
    if (resourceRoot && ROOT_FIELDS.includes(field)) continue;
    const child = childSchema(schema, field);
    if (child) prune(item, child, at, isEmbedded(child), removed);
    else if (!keepsUnknown) {
      delete value[field];
      removed.push(at);
    }
  }
}
