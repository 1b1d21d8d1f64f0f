import { copyJson, isFields } from './fields.ts';
import { childSchema, type Schema } from './schema.ts';

/** Removes nulls that the schema allows nowhere: neither nullable, nor, being defaulted, replaced by their default. */
export function dropForbiddenNulls(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) dropForbiddenNulls(item, schema.items);
    return;
  }
  if (!isFields(value)) return;
  for (const [field, item] of Object.entries(value)) {
    const child = childSchema(schema, field);
    if (!child) continue;
    if (item === null && child.nullable !== true) delete value[field];
    else dropForbiddenNulls(item, child);
  }
}

/** Fills in the defaults of the schema, in place, deeper ones also inside of what a default brought. */
export function fillDefaults(value: unknown, schema: Schema): void {
  if (Array.isArray(value)) {
    if (schema.items) for (const item of value) fillDefaults(item, schema.items);
    return;
  }
  if (!isFields(value)) return;
  for (const [field, child] of Object.entries(schema.properties ?? {})) {
    if (child.default !== undefined && value[field] === undefined) value[field] = copyJson(child.default);
    if (value[field] !== undefined) fillDefaults(value[field], child);
  }
  if (typeof schema.additionalProperties === 'object') {
    for (const item of Object.values(value)) fillDefaults(item, schema.additionalProperties);
  }
}
