import { copyJson, type Fields, isFields } from './fields.ts';

/** JSON merge patch (RFC 7386): objects merge, `null` deletes, everything else replaces. Nothing is changed in place. */
export function mergePatch(target: unknown, patch: unknown): unknown {
  if (!isFields(patch)) return copyJson(patch);
  const merged: Fields = isFields(target) ? { ...target } : {};
  for (const [field, value] of Object.entries(patch)) {
    if (value === null) delete merged[field];
    else if (value !== undefined) merged[field] = mergePatch(merged[field], value);
  }
  return merged;
}
