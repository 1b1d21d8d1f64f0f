import type { JsonObject } from '../src/kube/object.ts';

/** The fields that say something: `undefined`, `''`, `[]` and `{}` are left out, as an API server's client would. */
export function present(fields: Readonly<Record<string, unknown>>): JsonObject {
  const kept = Object.entries(fields).filter(([, value]) => !isBlank(value));
  return Object.fromEntries(kept) as JsonObject;
}

function isBlank(value: unknown): boolean {
  if (value === undefined || value === null || value === '') return true;
  return typeof value === 'object' && Object.keys(value).length === 0;
}

/** A raw list, or none at all where something else stands. */
export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
