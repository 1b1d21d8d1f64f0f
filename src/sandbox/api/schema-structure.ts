import { isFields } from './fields.ts';
import { childSchema, type Schema } from './schema.ts';
import { dropForbiddenNulls, fillDefaults } from './schema-default.ts';
import { compilePattern } from './schema-pattern.ts';
import { pruneUnknown } from './schema-prune.ts';
import { validateSchema } from './schema-validate.ts';
import { type Cause, forbiddenField, invalidValue, required, unsupportedValue } from './status-error.ts';

/** Keywords of JSON schema that structural schemas exclude. */
const EXCLUDED = ['$ref', 'definitions', 'patternProperties', 'dependencies', 'id', 'const', 'additionalItems'];
/** Keywords that may not stand inside allOf, anyOf, oneOf and not. */
const OUTSIDE_JUNCTORS = ['type', 'default', 'nullable', 'title', 'description', 'additionalProperties'];
const TYPES = ['array', 'boolean', 'integer', 'number', 'object', 'string'];

/** Checks that a schema is structural (Kubernetes API conventions), so that it can prune and default. */
export function structureCauses(root: Schema, field: string): readonly Cause[] {
  const causes: Cause[] = [];
  if (root.type !== 'object') causes.push(invalidValue(`${field}.type`, root.type ?? '', 'must be object at the root'));
  if (root.additionalProperties !== undefined) {
    causes.push(forbiddenField(`${field}.additionalProperties`, 'must not be used at the root'));
  }
  causes.push(...nodeCauses(root, field));
  return causes;
}

function nodeCauses(schema: Schema, field: string): readonly Cause[] {
  return [
    ...excludedCauses(schema, field),
    ...typeCauses(schema, field),
    ...shapeCauses(schema, field),
    ...patternCauses(schema, field),
    ...defaultCauses(schema, field),
    ...junctorCauses(schema, field),
    ...childrenOf(schema).flatMap(([name, child]) => nodeCauses(child, `${field}.${name}`)),
  ];
}

function childrenOf(schema: Schema): readonly (readonly [string, Schema])[] {
  const children: [string, Schema][] = Object.entries(schema.properties ?? {}).map(([name, child]) => [
    `properties[${name}]`,
    child,
  ]);
  if (schema.items) children.push(['items', schema.items]);
  if (typeof schema.additionalProperties === 'object')
    children.push(['additionalProperties', schema.additionalProperties]);
  return children;
}

function excludedCauses(schema: Schema, field: string): readonly Cause[] {
  const causes = EXCLUDED.filter((keyword) => keyword in schema).map((keyword) =>
    forbiddenField(`${field}.${keyword}`, `${keyword} is not supported`),
  );
  if (schema.uniqueItems === true) {
    causes.push(
      forbiddenField(
        `${field}.uniqueItems`,
        'uniqueItems cannot be set to true since the runtime complexity becomes quadratic',
      ),
    );
  }
  return causes;
}

function typeCauses(schema: Schema, field: string): readonly Cause[] {
  const free = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  if (schema.type === undefined)
    return free ? [] : [required(`${field}.type`, 'must not be empty for specified object fields')];
  return TYPES.includes(schema.type) ? [] : [unsupportedValue(`${field}.type`, schema.type, TYPES)];
}

function shapeCauses(schema: Schema, field: string): readonly Cause[] {
  const causes: Cause[] = [];
  if (schema.properties && schema.additionalProperties !== undefined && schema.additionalProperties !== false) {
    causes.push(
      forbiddenField(`${field}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'),
    );
  }
  if (schema.additionalProperties === false) {
    causes.push(forbiddenField(`${field}.additionalProperties`, 'additionalProperties cannot be set to false'));
  }
  if (schema.type === 'array' && !schema.items) causes.push(required(`${field}.items`, 'must be specified'));
  if (schema['x-kubernetes-list-type'] === 'map') {
    const keys = schema['x-kubernetes-list-map-keys'] ?? [];
    if (keys.length === 0) {
      causes.push(
        required(`${field}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'),
      );
    }
    for (const key of keys) {
      if (!schema.items?.properties?.[key]) {
        causes.push(
          invalidValue(`${field}.x-kubernetes-list-map-keys`, key, 'entries must all be names of item properties'),
        );
      }
    }
  }
  return causes;
}

function patternCauses(schema: Schema, field: string): readonly Cause[] {
  if (schema.pattern === undefined) return [];
  const wrong = (detail: string) => [
    invalidValue(`${field}.pattern`, schema.pattern, `must be a valid regular expression, but isn't: ${detail}`),
  ];
  if (/\(\?(=|!|<=|<!)/.test(schema.pattern) || /\\[1-9]/.test(schema.pattern)) {
    return wrong('error parsing regexp: invalid or unsupported Perl syntax');
  }
  try {
    compilePattern(schema.pattern);
    return [];
  } catch (error) {
    return wrong(error instanceof Error ? error.message : 'it cannot be read');
  }
}

/** A default has to be what the server would make of it, and valid. */
function defaultCauses(schema: Schema, field: string): readonly Cause[] {
  if (schema.default === undefined) return [];
  const value = structuredClone(schema.default);
  dropForbiddenNulls(value, schema);
  fillDefaults(value, schema);
  const wrapped = { value };
  const unknown = pruneUnknown(wrapped, { type: 'object', properties: { value: schema } });
  if (unknown.length > 0) return [invalidValue(`${field}.default`, schema.default, 'must not have unknown fields')];
  return validateSchema(value, schema, 'default').map((cause) => ({ ...cause, field: `${field}.default` }));
}

function junctorCauses(schema: Schema, field: string): readonly Cause[] {
  const branches: [string, Schema][] = [];
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const) {
    (schema[name] ?? []).forEach((branch, i) => {
      branches.push([`${name}[${i}]`, branch]);
    });
  }
  if (schema.not) branches.push(['not', schema.not]);
  const intOrString = schema['x-kubernetes-int-or-string'] === true;
  return branches
    .filter(([name]) => !(intOrString && (name.startsWith('anyOf') || name === 'allOf[0]')))
    .flatMap(([name, branch]) => branchCauses(branch, schema, `${field}.${name}`));
}

/** Inside a junctor only value checks are allowed, and only of fields that exist outside. */
function branchCauses(branch: Schema, outside: Schema | undefined, field: string): readonly Cause[] {
  const causes: Cause[] = [];
  for (const keyword of Object.keys(branch)) {
    if (
      OUTSIDE_JUNCTORS.includes(keyword) ||
      (keyword.startsWith('x-kubernetes-') && keyword !== 'x-kubernetes-validations')
    ) {
      causes.push(forbiddenField(`${field}.${keyword}`, 'must be empty to be structural'));
    }
  }
  for (const [name, child] of Object.entries(branch.properties ?? {})) {
    const twin = outside && childSchema(outside, name);
    if (!twin)
      causes.push(
        required(
          `${field.replace(/\.(allOf|anyOf|oneOf|not)\b.*$/, '')}.properties[${name}]`,
          `because it is defined in ${field}.properties[${name}]`,
        ),
      );
    else causes.push(...branchCauses(child, twin, `${field}.properties[${name}]`));
  }
  if (branch.items && isFields(branch.items))
    causes.push(...branchCauses(branch.items, outside?.items, `${field}.items`));
  for (const name of ['allOf', 'anyOf', 'oneOf'] as const) {
    (branch[name] ?? []).forEach((inner, i) => {
      causes.push(...branchCauses(inner, outside, `${field}.${name}[${i}]`));
    });
  }
  if (branch.not) causes.push(...branchCauses(branch.not, outside, `${field}.not`));
  return causes;
}
