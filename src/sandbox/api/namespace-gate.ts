import { NAMESPACES } from './collections.ts';
import type { Engine } from './engine.ts';
import type { Resource } from './resource.ts';
import { forbidden, notFound } from './status-error.ts';

/** Lets new objects only into namespaces that exist and aren't on their way out. @throws StatusError 404 or 403 */
export function checkNamespace({ store }: Engine, resource: Resource, namespace: string, name: string): void {
  const found = store.get(NAMESPACES, namespace);
  if (!found) throw notFound({ group: '', plural: 'namespaces', kind: 'Namespace' }, namespace);
  if (found.metadata.deletionTimestamp === undefined) return;
  const cause = {
    reason: 'NamespaceTerminating',
    message: `namespace ${namespace} is being terminated`,
    field: 'metadata.namespace',
  };
  const why = `unable to create new content in namespace ${namespace} because it is being terminated`;
  throw forbidden(resource, name, why, [cause]);
}
