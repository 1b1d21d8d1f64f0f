import type { KubeObject } from '../../src/kube/object.ts';

/** One way in which somebody may spoil an object: a field is gone, or says something else. */
export interface Drift {
  readonly path: readonly string[];
  readonly how: 'removed' | 'changed';
}

/** Every way to spoil what the object says in `spec`, labels and annotations: each field and each list item. */
export function driftsOf(object: KubeObject): readonly Drift[] {
  const roots = [['spec'], ['metadata', 'labels'], ['metadata', 'annotations']];
  return roots
    .flatMap((root) => pathsBelow(at(object, root), root))
    .flatMap((path): Drift[] => {
      const changed: Drift[] = typeof at(object, path) === 'object' ? [] : [{ path, how: 'changed' }];
      return [{ path, how: 'removed' }, ...changed];
    });
}

/** The object after the drift; a copy. */
export function drifted(object: KubeObject, { path, how }: Drift): KubeObject {
  const copy = structuredClone(object);
  const leaf = path.at(-1) ?? '';
  const parent = at(copy, path.slice(0, -1)) as Record<string, unknown>;
  if (parent === undefined) return copy;
  if (how === 'changed') parent[leaf] = otherThan(parent[leaf]);
  else if (Array.isArray(parent)) parent.splice(Number(leaf), 1);
  else delete parent[leaf];
  return copy;
}

function pathsBelow(value: unknown, path: readonly string[]): readonly (readonly string[])[] {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, part]) => [[...path, key], ...pathsBelow(part, [...path, key])]);
}

function at(value: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((found, key) => (found as Record<string, unknown> | undefined)?.[key], value);
}

function otherThan(value: unknown): unknown {
  switch (typeof value) {
    case 'number':
      return value + 7;
    case 'boolean':
      return !value;
    default:
      return `${value}-drifted`;
  }
}
