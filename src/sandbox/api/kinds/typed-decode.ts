import { type Fields, isFields } from '../fields.ts';
import { readScalar, zeroScalar } from './typed-scalar.ts';
import { TYPED_SHAPES, type TypedField, type TypedShape, type TypeRef } from './typed-shape.ts';

/** What the decoder met on its way. */
interface Findings {
  /** Paths of fields that the type doesn't have. */
  readonly unknown: string[];
  /** Throws the refusal for a value that the type can't hold. */
  fail(text: string): never;
}

/** Where a value lies: with indexes for people, without them as the Go decoder tells it. */
interface Place {
  readonly path: string;
  readonly plain: string;
  /** The type whose field this is. */
  readonly owner: string;
}

function goKind(value: unknown): string {
  if (Array.isArray(value)) return 'array';
  if (typeof value === 'boolean') return 'bool';
  return typeof value === 'number' && !Number.isInteger(value) ? `number ${value}` : typeof value;
}

function mismatch(value: unknown, place: Place, wanted: string, findings: Findings): never {
  return findings.fail(
    `json: cannot unmarshal ${goKind(value)} into Go struct field ${place.owner}.${place.plain} of type ${wanted}`,
  );
}

/**
 * Brings an object of a built-in kind into the form that its Go type gives it: unknown fields and empty optional ones are
 * left out, required ones present, quantities and times canonical. `apiVersion` and `kind` are left to the caller.
 * @param typeName a type of the table
 * @param fail throws the refusal for values of the wrong JSON type
 * @returns the object and the paths of unknown fields
 */
export function decodeTyped(
  object: Fields,
  typeName: string,
  fail: (text: string) => never,
): { readonly object: Fields; readonly unknown: readonly string[] } {
  const findings: Findings = { unknown: [], fail };
  const { apiVersion, kind, ...rest } = object;
  const decoded = decodeStruct(rest, typeName, { path: '', plain: '', owner: typeName }, findings);
  const identity = apiVersion === undefined ? {} : { apiVersion, kind };
  return { object: { ...identity, ...decoded }, unknown: findings.unknown };
}

function decodeStruct(value: Fields, typeName: string, place: Place, findings: Findings): Fields {
  const shape: TypedShape = TYPED_SHAPES.get(typeName) ?? new Map();
  const result: Fields = {};
  for (const [field, item] of Object.entries(value)) {
    const known = shape.get(field);
    const below = (text: string) => (text === '' ? field : `${text}.${field}`);
    const at = { path: below(place.path), plain: below(place.plain), owner: typeName };
    if (!known) findings.unknown.push(at.path);
    else if (item !== null && item !== undefined) {
      const decoded = decodeValue(item, known.type, at, findings);
      if (known.presence !== 'unlessZero' || !isZero(decoded)) result[field] = decoded;
    }
  }
  for (const [field, { presence, type }] of shape) {
    if (presence === 'always' && result[field] === undefined) result[field] = zero(type);
  }
  return result;
}

function decodeValue(value: unknown, type: TypeRef, place: Place, findings: Findings): unknown {
  if (type.many === 'list') {
    if (!Array.isArray(value)) return mismatch(value, place, `[]${type.of}`, findings);
    return value.map((item, i) => decodeOne(item, type.of, { ...place, path: `${place.path}[${i}]` }, findings));
  }
  if (type.many === 'one') return decodeOne(value, type.of, place, findings);
  if (!isFields(value)) return mismatch(value, place, `map[string]${type.of}`, findings);
  const entries = Object.entries(value).map(([key, item]) => {
    const at = { ...place, path: `${place.path}.${key}` };
    return [key, item === null ? zero({ of: type.of, many: 'one' }) : decodeOne(item, type.of, at, findings)] as const;
  });
  return Object.fromEntries(entries);
}

function decodeOne(value: unknown, typeName: string, place: Place, findings: Findings): unknown {
  const scalar = readScalar(typeName, value);
  if (!scalar) {
    if (!isFields(value)) return mismatch(value, place, `v1.${typeName}`, findings);
    return decodeStruct(value, typeName, place, findings);
  }
  if ('wanted' in scalar) return mismatch(value, place, scalar.wanted, findings);
  if ('problem' in scalar) return findings.fail(scalar.problem);
  return scalar.value;
}

/** The empty value that Go leaves out. Objects behind an optional field aren't empty, even without fields. */
function isZero(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (isFields(value)) return Object.keys(value).length === 0;
  return value === '' || value === 0 || value === false || value === null;
}

function zero(type: TypedField['type']): unknown {
  if (type.many !== 'one') return null;
  if (!TYPED_SHAPES.has(type.of)) return zeroScalar(type.of);
  return decodeStruct({}, type.of, { path: '', plain: '', owner: type.of }, { unknown: [], fail: neverFails });
}

function neverFails(text: string): never {
  throw new Error(`an empty object can't fail to decode: ${text}`);
}
