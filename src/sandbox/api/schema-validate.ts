import { type Fields, isFields, sameJson } from './fields.ts';
import { childSchema, ROOT_FIELDS, type Schema } from './schema.ts';
import { formatAccepts } from './schema-format.ts';
import { compilePattern } from './schema-pattern.ts';
import { type Cause, duplicateValue, invalidValue, required, unsupportedValue } from './status-error.ts';

/**
 * Checks a value against an OpenAPI schema with the texts of the API server. CEL rules (`x-kubernetes-validations`) are
 * not evaluated.
 * @param path where the value lies, empty for the root of a resource
 */
export function validateSchema(value: unknown, schema: Schema, path = ''): readonly Cause[] {
  return [
    ...typeCauses(value, schema, path),
    ...valueCauses(value, schema, path),
    ...junctorCauses(value, schema, path),
  ];
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number';
  return typeof value;
}

function hasType(value: unknown, schema: Schema): boolean {
  if (value === null) return schema.nullable === true;
  const actual = typeName(value);
  if (schema['x-kubernetes-int-or-string'] === true) return actual === 'integer' || actual === 'string';
  if (schema.type === undefined) return true;
  return actual === schema.type || (schema.type === 'number' && actual === 'integer');
}

function at(path: string): string {
  return path === '' ? '<nil>' : path;
}

function typeCauses(value: unknown, schema: Schema, path: string): readonly Cause[] {
  if (hasType(value, schema)) return [];
  const wanted = schema['x-kubernetes-int-or-string'] === true ? 'integer,string' : schema.type;
  const actual = typeName(value);
  const message = `Invalid value: ${JSON.stringify(actual)}: ${path} in body must be of type ${wanted}: ${JSON.stringify(actual)}`;
  return [{ reason: 'FieldValueTypeInvalid', message, field: at(path) }];
}

function valueCauses(value: unknown, schema: Schema, path: string): readonly Cause[] {
  if (!hasType(value, schema) || value === null) return [];
  const causes: Cause[] = [];
  if (schema.enum && !schema.enum.some((item) => sameJson(item, value))) {
    causes.push(unsupportedValue(at(path), value, schema.enum));
  }
  if (typeof value === 'string') causes.push(...textCauses(value, schema, path));
  else if (typeof value === 'number') causes.push(...numberCauses(value, schema, path));
  else if (Array.isArray(value)) causes.push(...listCauses(value, schema, path));
  else if (isFields(value)) causes.push(...objectCauses(value, schema, path));
  return causes;
}

function textCauses(value: string, schema: Schema, path: string): readonly Cause[] {
  const causes = [...shapeOfText(value, schema, path)];
  if (schema.format !== undefined && !formatAccepts(schema.format, value)) {
    const detail = `${path} in body must be of type ${schema.format}: ${JSON.stringify(value)}`;
    causes.push({ ...invalidValue(at(path), value, detail), reason: 'FieldValueTypeInvalid' });
  }
  return causes;
}

/** Length and pattern; only the first that doesn't fit is told. */
function shapeOfText(value: string, schema: Schema, path: string): readonly Cause[] {
  const length = [...value].length;
  if (schema.maxLength !== undefined && length > schema.maxLength) {
    const message = `Too long: may not be more than ${schema.maxLength} bytes`;
    return [{ reason: 'FieldValueTooLong', message, field: at(path) }];
  }
  if (schema.minLength !== undefined && length < schema.minLength) {
    return [invalidValue(at(path), value, `${path} in body should be at least ${schema.minLength} chars long`)];
  }
  if (schema.pattern !== undefined && !compilePattern(schema.pattern).test(value)) {
    return [invalidValue(at(path), value, `${path} in body should match '${schema.pattern}'`)];
  }
  return [];
}

const INTEGER_RANGES: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};

function numberCauses(value: number, schema: Schema, path: string): readonly Cause[] {
  const causes: Cause[] = [];
  const say = (detail: string) => causes.push(invalidValue(at(path), value, `${path} in body ${detail}`));
  const { minimum, maximum, multipleOf } = schema;
  if (minimum !== undefined && (schema.exclusiveMinimum ? value <= minimum : value < minimum)) {
    say(`should be greater than ${schema.exclusiveMinimum ? '' : 'or equal to '}${minimum}`);
  }
  if (maximum !== undefined && (schema.exclusiveMaximum ? value >= maximum : value > maximum)) {
    say(`should be less than ${schema.exclusiveMaximum ? '' : 'or equal to '}${maximum}`);
  }
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) say(`should be a multiple of ${multipleOf}`);
  const range = schema.type === 'integer' ? INTEGER_RANGES[schema.format ?? ''] : undefined;
  if (range && (value < range[0] || value > range[1])) {
    say(`must be of type ${schema.format}: "number"`);
  }
  return causes;
}

function listCauses(value: readonly unknown[], schema: Schema, path: string): readonly Cause[] {
  const causes: Cause[] = [];
  if (schema.minItems !== undefined && value.length < schema.minItems) {
    causes.push(invalidValue(at(path), value.length, `${path} in body should have at least ${schema.minItems} items`));
  }
  if (schema.maxItems !== undefined && value.length > schema.maxItems) {
    const message = `Too many: ${value.length}: must have at most ${schema.maxItems} items`;
    causes.push({ reason: 'FieldValueTooMany', message, field: at(path) });
  }
  const { items } = schema;
  if (items) for (const [i, item] of value.entries()) causes.push(...validateSchema(item, items, `${path}[${i}]`));
  causes.push(...uniquenessCauses(value, schema, path));
  return causes;
}

/** Elements of sets and maps may not repeat. */
function uniquenessCauses(value: readonly unknown[], schema: Schema, path: string): readonly Cause[] {
  const kind = schema['x-kubernetes-list-type'];
  if (kind !== 'set' && kind !== 'map') return [];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  const identity = (item: unknown) =>
    kind === 'set' || !isFields(item) ? item : Object.fromEntries(keys.map((key) => [key, item[key]]));
  const seen = new Set<string>();
  const causes: Cause[] = [];
  value.forEach((item, i) => {
    const text = JSON.stringify(identity(item));
    if (seen.has(text)) causes.push(duplicateValue(`${path}[${i}]`, identity(item)));
    seen.add(text);
  });
  return causes;
}

function objectCauses(value: Fields, schema: Schema, path: string): readonly Cause[] {
  const causes: Cause[] = [];
  const below = (field: string) => (path === '' ? field : `${path}.${field}`);
  for (const field of schema.required ?? []) {
    if (value[field] === undefined) causes.push(required(below(field)));
  }
  const count = Object.keys(value).length;
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    causes.push(
      invalidValue(at(path), count, `${path} in body should have at least ${schema.minProperties} properties`),
    );
  }
  if (schema.maxProperties !== undefined && count > schema.maxProperties) {
    const message = `Too many: ${count}: must have at most ${schema.maxProperties} items`;
    causes.push({ reason: 'FieldValueTooMany', message, field: at(path) });
  }
  for (const [field, item] of Object.entries(value)) {
    // the server checks these itself, whatever the schema says
    if (path === '' && ROOT_FIELDS.includes(field)) continue;
    const child = childSchema(schema, field);
    if (child && item !== undefined) causes.push(...validateSchema(item, child, below(field)));
  }
  return causes;
}

/** `allOf`, `anyOf`, `oneOf` and `not`. Of failed alternatives only the closest tells why. */
function junctorCauses(value: unknown, schema: Schema, path: string): readonly Cause[] {
  if (value === null) return [];
  const causes: Cause[] = [];
  const of = (branch: Schema) => validateSchema(value, branch, path);
  // the API server tells these without the field
  const say = (detail: string) => causes.push(invalidValue('<nil>', '', `"${path}" ${detail}`));
  for (const branch of schema.allOf ?? []) causes.push(...of(branch));
  const any = (schema.anyOf ?? []).map(of);
  if (any.length > 0 && !any.some((failures) => failures.length === 0)) {
    say('must validate at least one schema (anyOf)');
    causes.push(...closest(any));
  }
  const one = (schema.oneOf ?? []).map(of);
  const found = one.filter((failures) => failures.length === 0).length;
  if (one.length > 0 && found === 0) {
    say('must validate one and only one schema (oneOf). Found none valid');
    causes.push(...closest(one));
  }
  if (found > 1) say(`must validate one and only one schema (oneOf). Found ${found} valid alternatives`);
  if (schema.not && of(schema.not).length === 0) say('must not validate the schema (not)');
  return causes;
}

/** What failed in the alternative that came closest. */
function closest(alternatives: readonly (readonly Cause[])[]): readonly Cause[] {
  return alternatives.reduce((best, failures) => (failures.length < best.length ? failures : best));
}
