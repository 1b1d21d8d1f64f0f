import { type Canary, markerAnnotations, ownerOf } from '../src/api/canary.ts';
import type { KubeObject, ObjectRef, StringMap } from '../src/kube/object.ts';
import type { RouteRequest } from './contract.ts';

/** A routing object to be created: owned by its Canary, unless routes live in another cluster. */
export function newObject(
  request: RouteRequest,
  ref: ObjectRef,
  metadata: { readonly labels?: StringMap; readonly annotations?: StringMap },
  spec: unknown,
): KubeObject {
  const { apiVersion, kind, name, namespace = '' } = ref;
  const owners = request.owned ? { ownerReferences: [ownerOf(request.canary)] } : {};
  return { apiVersion, kind, metadata: { name, namespace, ...filled(metadata), ...owners }, spec };
}

/** The live object with other metadata and spec; what else is in it stays. */
export function changed(
  live: KubeObject,
  metadata: { readonly labels?: StringMap; readonly annotations?: StringMap },
  spec: unknown,
): KubeObject {
  return { ...live, metadata: { ...live.metadata, ...metadata }, spec };
}

/** Annotations of the apex that go to its routing object, and the marks for GitOps tools. */
export function apexAnnotations(canary: Canary): StringMap {
  return { ...canary.service.apex?.annotations, ...markerAnnotations };
}

/** Leaves out what is absent, so that objects read as the API server stores them. */
export function given<T extends Readonly<Record<string, unknown>>>(fields: T): Partial<T> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Partial<T>;
}

function filled(metadata: { readonly labels?: StringMap; readonly annotations?: StringMap }) {
  const has = (map: StringMap | undefined) => map !== undefined && Object.keys(map).length > 0;
  return {
    ...(has(metadata.labels) ? { labels: metadata.labels } : {}),
    ...(has(metadata.annotations) ? { annotations: metadata.annotations } : {}),
  };
}
