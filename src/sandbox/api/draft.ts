import type { KubeObject, OwnerReference } from '../../kube/object.ts';
import { copyJson, type Fields } from './fields.ts';

/** Metadata that may still be edited. */
export interface DraftMeta {
  name: string;
  generateName?: string;
  namespace?: string;
  uid?: string;
  resourceVersion?: string;
  generation?: number;
  creationTimestamp?: string;
  deletionTimestamp?: string;
  deletionGracePeriodSeconds?: number;
  labels?: { [key: string]: string };
  annotations?: { [key: string]: string };
  finalizers?: string[];
  ownerReferences?: OwnerReference[];
  managedFields?: Fields[];
  [field: string]: unknown;
}

/** An object on its way into the store. What lies in the store is a `KubeObject` and never changes. */
export interface Draft {
  apiVersion: string;
  kind: string;
  metadata: DraftMeta;
  [field: string]: unknown;
}

/** A copy of a stored object to edit. */
export function draftOf(object: KubeObject): Draft {
  // the same shape, only writable
  return copyJson(object) as Draft;
}
