import Type from 'typebox';

/**
 * Schema nodes that TypeBox would spell in ways that Kubernetes doesn't take: a CRD needs structural schemas (a type on
 * every node, no `anyOf` of constants, no `patternProperties`). Each returns the node exactly as it stands in the CRD.
 */

interface NodeOptions extends Type.TSchemaOptions {
  description?: string;
}

/** A string out of a fixed set. */
export function Enum<const T extends string>(values: readonly T[], options: NodeOptions = {}) {
  return Type.Unsafe<T>({ type: 'string', enum: values, ...options });
}

/** A port by number or name; pods by count or share. */
export function IntOrString(options: NodeOptions = {}) {
  return Type.Unsafe<number | string>({
    'x-kubernetes-int-or-string': true,
    anyOf: [{ type: 'integer' }, { type: 'string' }],
    ...options,
  });
}

/** A map from free names to values of one kind. */
export function MapOf<T>(value: object, options: NodeOptions = {}) {
  return Type.Unsafe<Record<string, T>>({ type: 'object', additionalProperties: value, ...options });
}

/** A map from free names to strings, such as labels. */
export function StrMap(options: NodeOptions = {}) {
  return MapOf<string>({ type: 'string' }, options);
}

export function StrList(options: NodeOptions = {}) {
  return Type.Array(Type.String(), options);
}

/** Option of an object node that keeps fields which this version of the schema doesn't know. */
export const openObject = { 'x-kubernetes-preserve-unknown-fields': true } as const;

/** Option of a node: a rule in CEL that the API server checks. */
export function cel(rule: string, message: string) {
  return { 'x-kubernetes-validations': [{ rule, message }] };
}

/** Node for `oneOf`: all of these fields are given. */
export function has(...fields: string[]): object {
  return { required: fields };
}

/** Node for `oneOf`: none of these fields is given. */
export function hasNone(...fields: string[]): object {
  return { not: { anyOf: fields.map((field) => has(field)) } };
}

/** `90s`, `5m`: only the beginning is looked at, so `1m30s` passes (Flagger compatibility). */
export function DurationText(options: NodeOptions = {}) {
  return Type.String({ pattern: '^[0-9]+(m|s)', ...options });
}
