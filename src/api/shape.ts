import type Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { TLocalizedValidationError } from 'typebox/error';
import { Settings } from 'typebox/system';
import type { Refusal } from './canary.ts';
import { type RefusalReason, refusal } from './refusals.ts';

/** A raw object held against a schema. */
export interface Shape<T> {
  /** The object without nulls. It is a `T` only as far as it is intact. */
  readonly value: T;
  readonly refusals: readonly Refusal[];
  /**
   * Whether nothing at or above a path, such as `spec.analysis.webhooks`, has the wrong type, and nothing below it: in
   * its whole depth, or only in its `fields` and their items, or no further than `itself`.
   */
  intact(path: string, depth?: 'whole' | 'fields' | 'itself'): boolean;
}

export interface ShapeOptions {
  /** Fields whose `oneOf` is judged by rules with better words. */
  readonly skipOneOf?: RegExp;
  /** Reasons for particular missing fields and unknown values; the first pattern that fits the field counts. */
  readonly reasons?: readonly (readonly [field: RegExp, reason: RefusalReason])[];
}

/** The fields of `raw`, which stands at `path`, that are intact. All fields of a `T` are optional. */
export function intactFields<T extends object>(shape: Shape<unknown>, path: string, raw: T | undefined): Partial<T> {
  const entries = Object.entries(shape.intact(path, 'itself') ? (raw ?? {}) : {});
  return Object.fromEntries(entries.filter(([name]) => shape.intact(`${path}.${name}`))) as Partial<T>;
}

/** More errors of one object than this are of no use to anybody. */
const MAX_ERRORS = 100;

/** Keywords whose failure means that a value isn't of the type that the schema promises. */
const typeKeywords = new Set(['type', 'required', 'enum', 'anyOf']);

/** Prepares a check of raw objects against a schema; the schema is compiled once. */
export function shapeOf<S extends Type.TSchema>(
  schema: S,
  options: ShapeOptions = {},
): (raw: unknown) => Shape<Type.Static<S>> {
  const validator = Compile(schema);
  return (raw) => {
    if (validator.Check(raw)) return sound<Type.Static<S>>(raw as Type.Static<S>);
    const value = withoutNulls(raw);
    const errors = allErrors(() => validator.Errors(value)).flatMap((error) => expandRequired(error, value));
    const broken = errors.filter(({ keyword }) => typeKeywords.has(keyword)).map(({ field }) => field);
    return {
      value: value as Type.Static<S>,
      refusals: unique(errors.flatMap((error) => judge(error, options))),
      intact: (path, depth = 'whole') => !broken.some((field) => isWithin(path, field) || below[depth](field, path)),
    };
  };
}

function sound<T>(value: T): Shape<T> {
  return { value, refusals: [], intact: () => true };
}

/** The library counts errors by a process-wide setting; it is put back at once. */
function allErrors(find: () => TLocalizedValidationError[]): TLocalizedValidationError[] {
  const { maxErrors } = Settings.Get();
  Settings.Set({ maxErrors: MAX_ERRORS });
  try {
    return find();
  } finally {
    Settings.Set({ maxErrors });
  }
}

interface Finding {
  readonly keyword: string;
  readonly field: string;
  readonly found: unknown;
  readonly error: TLocalizedValidationError;
}

/** One finding per error, and one per missing field. Alternatives of a `oneOf` or `anyOf` are not findings of their own. */
function expandRequired(error: TLocalizedValidationError, root: unknown): Finding[] {
  if (error.keyword === 'additionalProperties' || /\/(?:oneOf|anyOf|not)(?:\/|$)/.test(error.schemaPath)) return [];
  const { field, found } = locate(root, error.instancePath);
  if (error.keyword !== 'required') return [{ keyword: error.keyword, field, found, error }];
  return error.params.requiredProperties
    .filter((name) => !isObject(found) || found[name] === undefined)
    .map((name) => ({ keyword: 'required', field: field === '' ? name : `${field}.${name}`, found: undefined, error }));
}

function judge({ keyword, field, found, error }: Finding, options: ShapeOptions): Refusal[] {
  const special = options.reasons?.find(([pattern]) => pattern.test(field))?.[1];
  const shown = show(found);
  switch (error.keyword) {
    case 'type':
      return [refusal('FieldMistyped', field, `is ${shown}`, `write ${article(String(error.params.type))}`)];
    case 'anyOf':
      return [refusal('FieldMistyped', field, `is ${shown}`, 'write an integer or a string')];
    case 'required':
      return [refusal(special ?? 'FieldMissing', field, 'is missing')];
    case 'enum': {
      const values = error.params.allowedValues.filter((value) => value !== '').join(', ');
      return [refusal(special ?? 'ValueUnknown', field, `is ${shown}`, `choose one of ${values}`)];
    }
    case 'minimum':
    case 'maximum': {
      const edge = keyword === 'minimum' ? 'least' : 'most';
      return [refusal('FieldOutOfRange', field, `is ${shown}`, `choose a number of at ${edge} ${error.params.limit}`)];
    }
    case 'oneOf':
      return options.skipOneOf?.test(field) ? [] : [refusal('FieldMalformed', field, 'mixes alternatives or has none')];
    case 'pattern':
      // Durations are read by rules of their own.
      return error.params.pattern.toString().includes('(m|s)')
        ? []
        : [refusal('FieldMalformed', field, `is ${shown}`, `write a text of the form ${error.params.pattern}`)];
    case 'format':
      return [];
    default:
      return [refusal('FieldMalformed', field, error.message)];
  }
}

/** Path and value that a JSON pointer leads to. */
function locate(root: unknown, pointer: string): { field: string; found: unknown } {
  let field = '';
  let found = root;
  for (const step of pointer.split('/').slice(1)) {
    const name = step.replaceAll('~1', '/').replaceAll('~0', '~');
    if (Array.isArray(found)) field += `[${name}]`;
    else if (/^[\w-]+$/.test(name)) field += field === '' ? name : `.${name}`;
    else field += `[${JSON.stringify(name)}]`;
    found = Array.isArray(found) || isObject(found) ? (found as Record<string, unknown>)[name] : undefined;
  }
  return { field, found };
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Kubernetes reads an explicit null as an absent field. */
function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (!isObject(value)) return value;
  const kept = Object.entries(value).filter(([, item]) => item !== null && item !== undefined);
  return Object.fromEntries(kept.map(([key, item]) => [key, withoutNulls(item)]));
}

const isWithin = (field: string, path: string) =>
  field === path || path === '' || (field.startsWith(path) && /^[.[]/.test(field.slice(path.length)));

const below: Readonly<Record<'whole' | 'fields' | 'itself', (field: string, path: string) => boolean>> = {
  whole: isWithin,
  fields: (field, path) => field.startsWith(`${path}.`) && /^[\w-]+(?:\[\d+\])?$/.test(field.slice(path.length + 1)),
  itself: () => false,
};

function show(value: unknown): string {
  const text = JSON.stringify(value) ?? 'missing';
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

const article = (type: string) => (/^[aeiou]/.test(type) ? `an ${type}` : `a ${type}`);

function unique(refusals: readonly Refusal[]): Refusal[] {
  return [...new Map(refusals.map((item) => [`${item.reason} ${item.field}`, item])).values()];
}
