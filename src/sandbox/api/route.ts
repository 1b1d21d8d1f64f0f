import type { Catalog } from './catalog.ts';
import type { Target } from './resource.ts';

/** Where a path leads. `nowhere` is a path that the server doesn't know. */
export type Route =
  | { readonly to: 'object'; readonly target: Target }
  | { readonly to: 'group'; readonly group: string }
  | { readonly to: 'version'; readonly group: string; readonly version: string }
  | { readonly to: 'other'; readonly segments: readonly string[] }
  /** `known`: the group is a built-in one, whose unknown paths are answered with a Status. */
  | { readonly to: 'nowhere'; readonly known: boolean };

/** Subresources of a namespace; anything else after its name is a collection inside it. */
const NAMESPACE_SUBRESOURCES = new Set(['status', 'finalize']);

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Reads the path (without query string) against what is served now. */
export function routeOf(path: string, catalog: Catalog): Route {
  const segments = path
    .split('/')
    .filter((segment) => segment !== '')
    .map(decode);
  const [root, second, third] = segments;
  if (root === 'api' && second !== undefined) {
    return inVersion('', second, segments.slice(2), catalog);
  }
  if (root === 'apis' && second !== undefined) {
    if (third === undefined) return { to: 'group', group: second };
    return inVersion(second, third, segments.slice(3), catalog);
  }
  return { to: 'other', segments };
}

function inVersion(group: string, version: string, rest: readonly string[], catalog: Catalog): Route {
  if (rest.length === 0) return { to: 'version', group, version };
  const [first, namespace, plural, ...after] = rest;
  const scoped =
    first === 'namespaces' && plural !== undefined && !(group === '' && NAMESPACE_SUBRESOURCES.has(plural));
  const tail = scoped ? after : rest.slice(1);
  const resource = catalog.find(group, version, scoped ? plural : (first ?? ''));
  const [name, subresource, ...beyond] = tail;
  const known = catalog.isBuiltin(group);
  if (!resource || beyond.length > 0 || (scoped && !resource.namespaced)) return { to: 'nowhere', known };
  // a namespaced object needs its namespace; only whole collections can be read across all of them
  if (!scoped && resource.namespaced && name !== undefined) return { to: 'nowhere', known };
  return { to: 'object', target: { resource, namespace: scoped ? namespace : undefined, name, subresource } };
}
