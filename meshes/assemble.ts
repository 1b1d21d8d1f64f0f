import { ownerOf } from '../src/api/canary.ts';
import type { KubeObject, ObjectMeta, ObjectRef, StringMap } from '../src/kube/object.ts';
import type { RouteRequest } from './contract.ts';
import { isOwn } from './ownership.ts';

/** What an adapter decides about one object. */
export interface Wanted {
  readonly ref: ObjectRef;
  readonly labels: StringMap;
  readonly annotations: StringMap;
  /** Complete, with whatever of the live spec is to survive. */
  readonly spec: unknown;
}

/**
 * The complete object: on top of the live one if there is one. Labels of an own object are replaced, so that one that
 * left the Canary leaves the object; those of a taken-over object stay below ours, and so do annotations of others
 * everywhere. The owner reference is written only at creation.
 */
export function assemble(wanted: Wanted, live: KubeObject | undefined, request: RouteRequest): KubeObject {
  const { ref, spec } = wanted;
  return { ...live, apiVersion: ref.apiVersion, kind: ref.kind, metadata: metadataOf(wanted, live, request), spec };
}

function metadataOf({ ref, ...wanted }: Wanted, live: KubeObject | undefined, request: RouteRequest): ObjectMeta {
  const { name, namespace } = ref;
  const { labels: liveLabels, annotations: liveAnnotations, ...rest } = live?.metadata ?? created(request);
  const foreign = live !== undefined && !isOwn(live, request.canary);
  const labels = foreign ? { ...liveLabels, ...wanted.labels } : wanted.labels;
  const annotations = { ...liveAnnotations, ...wanted.annotations };
  return {
    ...rest,
    name,
    ...(namespace === undefined ? {} : { namespace }),
    ...(Object.keys(labels).length > 0 ? { labels } : {}),
    ...(Object.keys(annotations).length > 0 ? { annotations } : {}),
  };
}

function created({ owned, canary }: RouteRequest): Partial<ObjectMeta> {
  return owned ? { ownerReferences: [ownerOf(canary)] } : {};
}

/** The live spec, field by field; empty where there is none. */
export function specOf(live: KubeObject | undefined): Readonly<Record<string, unknown>> {
  const spec = live?.spec;
  return typeof spec === 'object' && spec !== null ? { ...spec } : {};
}
