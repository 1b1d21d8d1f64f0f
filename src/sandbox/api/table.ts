import type { KubeObject } from '../../kube/object.ts';
import type { Resource } from './resource.ts';

/** Reduces an object to its metadata. */
export function partialObject(object: KubeObject): object {
  return { kind: 'PartialObjectMetadata', apiVersion: 'meta.k8s.io/v1', metadata: object.metadata };
}

/** Objects as rows, the way `kubectl get` asks for them. Rows carry the metadata of their object. */
export function tableOf(
  resource: Resource,
  objects: readonly KubeObject[],
  metadata: object,
  nowMs: number,
  options: { readonly header: boolean; readonly include: string | null },
): object {
  const columnDefinitions = resource.columns.map((column) => ({
    name: column.name,
    type: column.type,
    format: column.format ?? '',
    description: column.description ?? '',
    priority: column.priority,
  }));
  const rows = objects.map((object) => ({
    cells: resource.columns.map((column) => column.value(object, nowMs) ?? null),
    object: options.include === 'None' ? null : options.include === 'Object' ? object : partialObject(object),
  }));
  // the rows of a watch after the first need no header again
  return {
    kind: 'Table',
    apiVersion: 'meta.k8s.io/v1',
    metadata,
    columnDefinitions: options.header ? columnDefinitions : [],
    rows,
  };
}
