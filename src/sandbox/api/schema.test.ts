import { describe, expect, test } from 'vitest';
import type { Schema } from './schema.ts';
import { dropForbiddenNulls, fillDefaults } from './schema-default.ts';
import { formatAccepts } from './schema-format.ts';
import { compilePattern } from './schema-pattern.ts';
import { pruneUnknown } from './schema-prune.ts';
import { structureCauses } from './schema-structure.ts';
import { validateSchema } from './schema-validate.ts';

function object(properties: Record<string, Schema>, more: Schema = {}): Schema {
  return { type: 'object', properties, ...more };
}

const text: Schema = { type: 'string' };
const OPEN: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

describe('pruning', () => {
  test.each([
    {
      what: 'unknown fields go',
      schema: object({ a: text }),
      value: { a: '1', b: '2' },
      result: { a: '1' },
      removed: ['b'],
    },
    {
      what: 'the root keeps what every object has',
      schema: object({}),
      value: { apiVersion: 'v1', kind: 'K', metadata: { x: 1 } },
      result: { apiVersion: 'v1', kind: 'K', metadata: { x: 1 } },
      removed: [],
    },
    {
      what: 'inner objects have no such fields',
      schema: object({ a: object({}) }),
      value: { a: { kind: 'K' } },
      result: { a: {} },
      removed: ['a.kind'],
    },
    {
      what: 'embedded resources do',
      schema: object({ a: object({}, { 'x-kubernetes-embedded-resource': true }) }),
      value: { a: { kind: 'K', x: 1 } },
      result: { a: { kind: 'K' } },
      removed: ['a.x'],
    },
    {
      what: 'preserved objects keep unknown fields but prune named ones',
      schema: object({ a: { ...OPEN, properties: { b: object({}) } } }),
      value: { a: { any: { x: 1 }, b: { y: 1 } } },
      result: { a: { any: { x: 1 }, b: {} } },
      removed: ['a.b.y'],
    },
    {
      what: 'lists are pruned element by element',
      schema: object({ a: { type: 'array', items: object({ b: text }) } }),
      value: { a: [{ b: '1', c: 1 }] },
      result: { a: [{ b: '1' }] },
      removed: ['a[0].c'],
    },
    {
      what: 'maps are pruned value by value',
      schema: object({ a: { type: 'object', additionalProperties: object({ b: text }) } }),
      value: { a: { k: { b: '1', c: 1 } } },
      result: { a: { k: { b: '1' } } },
      removed: ['a.k.c'],
    },
  ])('$what', ({ schema, value, result, removed }) => {
    expect(pruneUnknown(value, schema)).toEqual(removed);
    expect(value).toEqual(result);
  });
});

describe('defaulting', () => {
  test.each([
    {
      what: 'an absent field gets its default',
      schema: object({ a: { type: 'string', default: 'x' } }),
      value: {},
      result: { a: 'x' },
    },
    {
      what: 'a given one stays',
      schema: object({ a: { type: 'string', default: 'x' } }),
      value: { a: '' },
      result: { a: '' },
    },
    {
      what: 'a null that may not be becomes the default',
      schema: object({ a: { type: 'string', default: 'x' } }),
      value: { a: null },
      result: { a: 'x' },
    },
    {
      what: 'a null that may be stays',
      schema: object({ a: { type: 'string', nullable: true, default: 'x' } }),
      value: { a: null },
      result: { a: null },
    },
    { what: 'a null without default goes', schema: object({ a: text }), value: { a: null }, result: {} },
    {
      what: 'defaults are filled in further',
      schema: object({ a: { ...object({ b: { type: 'integer', default: 1 } }), default: {} } }),
      value: {},
      result: { a: { b: 1 } },
    },
    {
      what: 'objects that are absent get no inner defaults',
      schema: object({ a: object({ b: { type: 'integer', default: 1 } }) }),
      value: {},
      result: {},
    },
    {
      what: 'elements get defaults',
      schema: object({ a: { type: 'array', items: object({ b: { type: 'integer', default: 1 } }) } }),
      value: { a: [{}] },
      result: { a: [{ b: 1 }] },
    },
    {
      what: 'values of maps get defaults',
      schema: object({ a: { type: 'object', additionalProperties: object({ b: { type: 'integer', default: 1 } }) } }),
      value: { a: { k: {} } },
      result: { a: { k: { b: 1 } } },
    },
  ])('$what', ({ schema, value, result }) => {
    dropForbiddenNulls(value, schema);
    fillDefaults(value, schema);
    expect(value).toEqual(result);
  });
});

describe('validation', () => {
  const valid: readonly { schema: Schema; value: unknown }[] = [
    { schema: { type: 'number' }, value: 1 },
    { schema: { type: 'number', multipleOf: 0.5 }, value: 1.5 },
    { schema: { type: 'string', nullable: true }, value: null },
    { schema: { 'x-kubernetes-int-or-string': true }, value: '25%' },
    { schema: object({}, { minProperties: 1, 'x-kubernetes-preserve-unknown-fields': true }), value: { a: 1 } },
    { schema: object({ a: text, b: text }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }), value: { a: '1' } },
    { schema: object({ a: text }, { not: { required: ['a'] } }), value: {} },
    { schema: { type: 'integer', allOf: [{ minimum: 1 }, { maximum: 3 }] }, value: 2 },
    { schema: { type: 'string', format: 'unheard-of' }, value: 'x' },
  ];
  test.each(valid)('$value is valid for $schema', ({ schema, value }) => {
    expect(validateSchema(value, schema, 'a')).toEqual([]);
  });

  const invalid: readonly { schema: Schema; value: unknown; message: string }[] = [
    { schema: { type: 'integer' }, value: 1.5, message: 'must be of type integer: "number"' },
    { schema: text, value: null, message: 'must be of type string: "null"' },
    { schema: { type: 'number', minimum: 1, exclusiveMinimum: true }, value: 1, message: 'should be greater than 1' },
    { schema: { type: 'number', maximum: 1, exclusiveMaximum: true }, value: 1, message: 'should be less than 1' },
    { schema: { type: 'number', multipleOf: 2 }, value: 3, message: 'should be a multiple of 2' },
    { schema: { type: 'integer', format: 'int32' }, value: 2 ** 31, message: 'must be of type int32' },
    { schema: { type: 'string', minLength: 2 }, value: 'a', message: 'should be at least 2 chars long' },
    { schema: { type: 'array', items: text, minItems: 1 }, value: [], message: 'should have at least 1 items' },
    { schema: { ...OPEN, minProperties: 1 }, value: {}, message: 'should have at least 1 properties' },
    { schema: { ...OPEN, maxProperties: 1 }, value: { a: 1, b: 2 }, message: 'Too many: 2: must have at most 1 items' },
    {
      schema: object({ a: text, b: text }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }),
      value: {},
      message: 'must validate one and only one schema (oneOf). Found none valid',
    },
    {
      schema: object({ a: text, b: text }, { oneOf: [{ required: ['a'] }, { required: ['b'] }] }),
      value: { a: '1', b: '2' },
      message: 'Found 2 valid alternatives',
    },
    {
      schema: object({ a: text }, { anyOf: [{ required: ['a'] }] }),
      value: {},
      message: 'must validate at least one schema (anyOf)',
    },
    {
      schema: object({ a: text }, { not: { required: ['a'] } }),
      value: { a: '1' },
      message: 'must not validate the schema (not)',
    },
    { schema: { type: 'integer', allOf: [{ minimum: 1 }] }, value: 0, message: 'should be greater than or equal to 1' },
    {
      schema: {
        type: 'array',
        items: object({ k: text, v: text }),
        'x-kubernetes-list-type': 'map',
        'x-kubernetes-list-map-keys': ['k'],
      },
      value: [
        { k: 'x', v: '1' },
        { k: 'x', v: '2' },
      ],
      message: 'Duplicate value: {"k":"x"}',
    },
  ];
  test.each(invalid)('$value is invalid for $schema: $message', ({ schema, value, message }) => {
    expect(
      validateSchema(value, schema, 'a')
        .map((cause) => cause.message)
        .join(),
    ).toContain(message);
  });
});

test.each([
  { format: 'date', yes: ['2026-01-31'], no: ['2026-13-01', '26-1-1'] },
  {
    format: 'date-time',
    yes: ['2026-01-01T00:00:00Z', '2026-01-01T00:00:00.5+02:00'],
    no: ['2026-01-01', '2026-01-01T25:00:00Z'],
  },
  { format: 'duration', yes: ['1m30s', '0', '1.5h'], no: ['1', 'm', '1 d'] },
  { format: 'uuid', yes: ['123e4567-e89b-12d3-a456-426614174000'], no: ['123'] },
  { format: 'email', yes: ['a@b.test'], no: ['a'] },
  { format: 'byte', yes: ['YQ==', ''], no: ['a'] },
  { format: 'mac', yes: ['00:11:22:33:44:ff'], no: ['00:11'] },
  { format: 'hostname', yes: ['a.test'], no: ['-a'] },
  { format: 'ipv4', yes: ['10.0.0.1'], no: ['::1'] },
  { format: 'ipv6', yes: ['::1'], no: ['10.0.0.1'] },
  { format: 'ip', yes: ['::1', '10.0.0.1'], no: ['a'] },
  { format: 'cidr', yes: ['10.0.0.0/8', '::/0'], no: ['10.0.0.0', '10.0.0.0/33', 'a/1'] },
  { format: 'uri', yes: ['http://a.test/x', '/x'], no: ['x y'] },
])('the format $format tells $yes from $no', ({ format, yes, no }) => {
  expect(yes.filter((value) => !formatAccepts(format, value))).toEqual([]);
  expect(no.filter((value) => formatAccepts(format, value))).toEqual([]);
});

test.each([
  { pattern: '(?i)^abc$', matches: 'ABC' },
  { pattern: '^[a-z\\-]+\\z', matches: 'a-b' },
  { pattern: '^\\pL+$', matches: 'é' },
  { pattern: '^[[:alnum:]_]+$'.replace('[[:alnum:]_]', '[[:alnum:]]'), matches: 'a1' },
])('the pattern $pattern is read as Go reads it', ({ pattern, matches }) => {
  expect(compilePattern(pattern).test(matches)).toBe(true);
});

describe('structure', () => {
  test.each([
    {
      what: 'a full schema',
      schema: object({
        a: { 'x-kubernetes-int-or-string': true, anyOf: [{ type: 'integer' }, { type: 'string' }] },
        b: OPEN,
      }),
    },
    {
      what: 'a junctor over existing fields',
      schema: object({ a: text }, { oneOf: [{ required: ['a'] }, { properties: { a: { minLength: 1 } } }] }),
    },
  ])('$what is structural', ({ schema }) => {
    expect(structureCauses(schema, 's')).toEqual([]);
  });

  const broken: readonly { what: string; schema: Schema; field: string }[] = [
    { what: 'a root that is no object', schema: text, field: 's.type' },
    {
      what: 'additionalProperties at the root',
      schema: { type: 'object', additionalProperties: text },
      field: 's.additionalProperties',
    },
    {
      what: 'properties next to additionalProperties',
      schema: object({ a: { ...object({ b: text }), additionalProperties: text } }),
      field: 's.properties[a].additionalProperties',
    },
    {
      what: 'additionalProperties false',
      schema: object({ a: { type: 'object', additionalProperties: false } }),
      field: 's.properties[a].additionalProperties',
    },
    { what: 'an unknown type', schema: object({ a: { type: 'text' } }), field: 's.properties[a].type' },
    {
      what: 'unique items',
      schema: object({ a: { type: 'array', items: text, uniqueItems: true } }),
      field: 's.properties[a].uniqueItems',
    },
    {
      what: 'a reference',
      schema: object({ a: { type: 'object', ...{ $ref: '#/x' } } }),
      field: 's.properties[a].$ref',
    },
    {
      what: 'a look-ahead',
      schema: object({ a: { type: 'string', pattern: '(?=a)' } }),
      field: 's.properties[a].pattern',
    },
    {
      what: 'a pattern that is none',
      schema: object({ a: { type: 'string', pattern: '(' } }),
      field: 's.properties[a].pattern',
    },
    {
      what: 'a default with unknown fields',
      schema: object({ a: { ...object({}), default: { x: 1 } } }),
      field: 's.properties[a].default',
    },
    {
      what: 'a map list without keys',
      schema: object({ a: { type: 'array', items: object({}), 'x-kubernetes-list-type': 'map' } }),
      field: 's.properties[a].x-kubernetes-list-map-keys',
    },
    {
      what: 'a map list with an unknown key',
      schema: object({
        a: { type: 'array', items: object({}), 'x-kubernetes-list-type': 'map', 'x-kubernetes-list-map-keys': ['k'] },
      }),
      field: 's.properties[a].x-kubernetes-list-map-keys',
    },
    {
      what: 'a description inside a junctor',
      schema: object({ a: text }, { not: { properties: { a: { description: 'x' } } } }),
      field: 's.not.properties[a].description',
    },
    {
      what: 'a field that exists only in a junctor',
      schema: object({}, { anyOf: [{ properties: { a: {} } }] }),
      field: 's.properties[a]',
    },
    {
      what: 'a type deep inside junctors',
      schema: object({ a: text }, { allOf: [{ anyOf: [{ not: { type: 'object' } }] }] }),
      field: 's.allOf[0].anyOf[0].not.type',
    },
    {
      what: 'a type of items inside a junctor',
      schema: object({ a: { type: 'array', items: text, not: { items: { type: 'string' } } } }),
      field: 's.properties[a].not.items.type',
    },
  ];
  test.each(broken)('$what is not structural', ({ schema, field }) => {
    expect(structureCauses(schema, 's').map((cause) => cause.field)).toContain(field);
  });
});
