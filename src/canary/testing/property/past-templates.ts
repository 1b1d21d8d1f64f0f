import type { Kind, KubeObject } from '../../../kube/object.ts';
import { dig, type JsonObject } from '../../../kube/object.ts';
import type { MemoryApi } from './memory-api.ts';

/** What the controllers of workloads keep of a target for a rollback, for as long as that is there. */
export class PastTemplates {
  readonly #kept = new Map<string, { readonly target: KubeObject; readonly templates: Map<string, JsonObject> }>();

  /** `target`: name of the one workload whose past matters. */
  constructor(api: MemoryApi, target: string) {
    api.onChange(({ type, object }) => {
      const { name, uid = '' } = object.metadata;
      if (object.apiVersion !== 'apps/v1' || name !== target) return;
      if (type === 'deleted') this.#kept.delete(uid);
      else this.#keep(uid, object);
    });
  }

  /** As a list of ReplicaSets or ControllerRevisions; other kinds aren't kept here. */
  find({ apiVersion, kind }: Kind): readonly KubeObject[] {
    const asked = kind === 'ReplicaSet' || kind === 'ControllerRevision';
    if (!asked) return [];
    return [...this.#kept.entries()].flatMap(([uid, { target, templates }]) => {
      if ((target.kind === 'Deployment') !== (kind === 'ReplicaSet')) return [];
      const owner = { apiVersion: 'apps/v1', kind: target.kind, name: target.metadata.name, uid, controller: true };
      return [...templates.values()].map((template, i) => ({
        apiVersion,
        kind,
        metadata: { name: `${target.metadata.name}-${i}`, ownerReferences: [owner] },
        ...(kind === 'ReplicaSet' ? { spec: { template } } : { data: { spec: { template } } }),
      }));
    });
  }

  #keep(uid: string, target: KubeObject): void {
    const template = dig(target, 'spec', 'template') as JsonObject;
    const kept = this.#kept.get(uid) ?? { target, templates: new Map() };
    kept.templates.set(JSON.stringify(template), template);
    this.#kept.set(uid, kept);
  }
}
