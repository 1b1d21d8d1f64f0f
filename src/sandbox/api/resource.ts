import type { KubeObject } from '../../kube/object.ts';
import type { Draft } from './draft.ts';
import type { Cause, Subject } from './status-error.ts';
import type { Store } from './store.ts';

/** A column of `kubectl get`. `value` gives a cell; `undefined` prints as `<none>` or stays empty. */
export interface Column {
  readonly name: string;
  readonly type: 'string' | 'integer' | 'number' | 'boolean' | 'date';
  readonly format?: string;
  readonly description?: string;
  /** 0 is always shown, anything higher only with `-o wide`. */
  readonly priority: number;
  value(object: KubeObject, nowMs: number): unknown;
}

/** Paths of the scale subresource, each a list of field names. */
export interface ScalePaths {
  readonly replicas: readonly string[];
  readonly statusReplicas: readonly string[];
  readonly selector?: readonly string[];
}

/** What the rules of a kind may look at while an object is brought into its stored form. */
export interface FillContext {
  readonly store: Store;
  readonly nowMs: number;
  /** The present state in the version of the request; absent for a new object. */
  readonly old: KubeObject | undefined;
}

/** One kind in one version, and all rules by which it differs from others. */
export interface Resource extends Subject {
  readonly version: string;
  readonly singular: string;
  readonly listKind: string;
  readonly shortNames: readonly string[];
  readonly categories: readonly string[];
  readonly namespaced: boolean;
  /** Name of the collection in the store, shared by all versions and aliases of a kind. */
  readonly collection: string;
  /** `false` for kinds that can only be created, such as reviews. */
  readonly stored: boolean;
  readonly custom: boolean;
  readonly status: boolean;
  /** Whether the status endpoint of a built-in kind leaves labels alone; the rest of the metadata it takes. */
  readonly statusKeepsLabels: boolean;
  readonly scale: ScalePaths | undefined;
  /** Whether `metadata.generation` counts changes of the content. */
  readonly generation: boolean;
  /** Whether it also counts changes of annotations. */
  readonly generationOfAnnotations: boolean;
  /** Whether a PUT of a missing object creates it. */
  readonly createOnUpdate: boolean;
  /** Whether a deletion answers with the object that is gone instead of a Status. */
  readonly answersDeleted: boolean;
  /** Field paths that field selectors may name, besides `metadata.name` and `metadata.namespace`. */
  readonly selectable: readonly string[];
  readonly columns: readonly Column[];
  /** The schema for the OpenAPI document; absent for kinds without one. */
  readonly schema: object | undefined;

  /** Fields that the kind doesn't know, removed from the draft; their paths in reading order. */
  prune(draft: Draft): readonly string[];
  /** Fills in defaults. */
  fill(draft: Draft, context: FillContext): void;
  /** What is wrong with the filled draft. */
  validate(draft: Draft, old: KubeObject | undefined): readonly Cause[];
  /** From this version to the stored one and back. The results may share parts with the argument. */
  toStored(draft: Draft): Draft;
  fromStored(object: KubeObject): KubeObject;
}

/** `apps/v1`, or only the version for the core group. */
export function apiVersionOf(resource: { readonly group: string; readonly version: string }): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** An address inside the API: a resource, and for single objects their name. */
export interface Target {
  readonly resource: Resource;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly subresource: string | undefined;
}
