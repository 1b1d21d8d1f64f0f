import type { KubeObject } from '../../../kube/object.ts';
import type { Draft } from '../draft.ts';
import { fieldsIn } from '../fields.ts';
import { nameCauses } from '../names.ts';
import type { Column, FillContext, Resource, ScalePaths } from '../resource.ts';
import { badRequest, type Cause } from '../status-error.ts';
import { ageColumn, nameColumn } from './columns.ts';
import { decodeTyped } from './typed-decode.ts';
import { TYPED_SHAPES } from './typed-shape.ts';

/** How a built-in kind differs from the plainest one: namespaced, with nothing but metadata and free content. */
export interface Builtin {
  readonly group?: string;
  readonly version?: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames?: readonly string[];
  readonly categories?: readonly string[];
  readonly clusterScoped?: boolean;
  readonly collection?: string;
  readonly stored?: boolean;
  readonly status?: boolean;
  readonly statusKeepsLabels?: boolean;
  readonly scale?: ScalePaths;
  readonly generation?: boolean;
  /** Whether `metadata.generation` also counts changes of annotations, as it does for Deployments. */
  readonly generationOfAnnotations?: boolean;
  readonly createOnUpdate?: boolean;
  /** Whether a deletion answers with the object instead of a Status. */
  readonly answersDeleted?: boolean;
  readonly selectable?: readonly string[];
  /** `false` for a kind that isn't in the table of the wire format under its name; it keeps whatever it is given. */
  readonly typed?: false;
  /** All columns, for kinds that show neither name nor age in the usual places. */
  readonly allColumns?: readonly Column[];
  /** Columns between name and age. */
  readonly columns?: readonly Column[];
  /** Columns after age, for `-o wide`. */
  readonly wide?: readonly Column[];
  /** Stands in the place of age. */
  readonly lastColumn?: Column;
  readonly nameRule?: 'subdomain' | 'label' | 'service' | 'none';
  readonly fill?: (draft: Draft, context: FillContext) => void;
  readonly validate?: (draft: Draft, old: KubeObject | undefined) => readonly Cause[];
  readonly toStored?: (draft: Draft) => Draft;
  readonly fromStored?: (object: KubeObject) => KubeObject;
}

/** Replaces the content of a draft by what its Go type would keep of it. */
function typedPruning(typeName: string, version: string): (draft: Draft) => readonly string[] {
  return (draft) => {
    const fail = (text: string): never => {
      throw badRequest(`${draft.kind} in version "${version}" cannot be handled as a ${draft.kind}: ${text}`);
    };
    const { object, unknown } = decodeTyped(draft, typeName, fail);
    const metadata = { ...fieldsIn(object, 'metadata'), name: draft.metadata.name };
    for (const field of Object.keys(draft)) delete draft[field];
    Object.assign(draft, object, { metadata });
    return unknown;
  };
}

/** Completes the description of a built-in kind. */
export function builtin(kind: Builtin): Resource {
  const group = kind.group ?? '';
  const singular = kind.kind.toLowerCase();
  const typed = kind.typed !== false && TYPED_SHAPES.has(kind.kind);
  return {
    group,
    version: kind.version ?? 'v1',
    kind: kind.kind,
    plural: kind.plural,
    singular,
    listKind: `${kind.kind}List`,
    shortNames: kind.shortNames ?? [],
    categories: kind.categories ?? [],
    namespaced: kind.clusterScoped !== true,
    collection: kind.collection ?? `${group}/${kind.plural}`,
    stored: kind.stored ?? true,
    custom: false,
    status: kind.status ?? false,
    statusKeepsLabels: kind.statusKeepsLabels ?? false,
    scale: kind.scale,
    generation: kind.generation ?? false,
    generationOfAnnotations: kind.generationOfAnnotations ?? false,
    createOnUpdate: kind.createOnUpdate ?? false,
    answersDeleted: kind.answersDeleted ?? false,
    selectable: kind.selectable ?? [],
    columns: kind.allColumns ?? [
      nameColumn,
      ...(kind.columns ?? []),
      kind.lastColumn ?? ageColumn,
      ...(kind.wide ?? []),
    ],
    schema: undefined,
    prune: typed ? typedPruning(kind.kind, kind.version ?? 'v1') : () => [],
    fill: kind.fill ?? (() => {}),
    validate: (draft, old) => [
      ...(old || kind.nameRule === 'none' ? [] : nameCauses(draft, kind.nameRule ?? 'subdomain')),
      ...(kind.validate?.(draft, old) ?? []),
    ],
    toStored: kind.toStored ?? ((draft) => draft),
    fromStored: kind.fromStored ?? ((object) => object),
  };
}
