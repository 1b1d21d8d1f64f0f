import type { KubeObject } from '../../kube/object.ts';
import type { Engine } from './engine.ts';
import { createObject } from './write.ts';

/** Namespaces that every cluster has. */
const USUAL = ['default', 'kube-system', 'kube-public', 'kube-node-lease'];

/** Puts the first objects into an empty store, in the order given. @throws StatusError when one isn't acceptable */
export function seedObjects(engine: Engine, objects: readonly KubeObject[]): void {
  const namespaces: readonly KubeObject[] = USUAL.map((name) => ({
    apiVersion: 'v1',
    kind: 'Namespace',
    metadata: { name },
  }));
  for (const object of [...namespaces, ...objects]) {
    const resource = engine.catalog.of(object.apiVersion).find((candidate) => candidate.kind === object.kind);
    if (!resource) throw new Error(`the seed holds ${object.apiVersion} ${object.kind}, which isn't served`);
    const namespace = resource.namespaced ? (object.metadata.namespace ?? 'default') : undefined;
    const target = { resource, namespace, name: undefined, subresource: undefined };
    createObject(engine, target, object, {
      dryRun: false,
      manager: 'sandbox',
      fieldValidation: 'Ignore',
      duplicates: [],
    });
  }
}
