import type { KubeObject } from '../../kube/object.ts';
import { type Draft, draftOf } from './draft.ts';
import { type Fields, fieldItemsIn, fieldsIn, isFields, itemsIn, textIn } from './fields.ts';
import { jsonPathColumn } from './json-path.ts';
import { ageColumn, nameColumn } from './kinds/columns.ts';
import { decodeTyped } from './kinds/typed-decode.ts';
import { nameCauses } from './names.ts';
import type { Column, Resource, ScalePaths } from './resource.ts';
import type { Schema } from './schema.ts';
import { dropForbiddenNulls, fillDefaults } from './schema-default.ts';
import { pruneUnknown } from './schema-prune.ts';
import { validateSchema } from './schema-validate.ts';
import { badRequest } from './status-error.ts';

/** Accepts everything; stands in for a version without a schema. */
const OPEN: Schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The version that a CRD keeps its objects in. */
export function storageVersion(crd: KubeObject): string {
  const version = fieldItemsIn(crd, 'spec', 'versions').find((item) => item['storage'] === true);
  return textIn(version, 'name') ?? '';
}

/** The kinds that an established CRD serves, one per served version. */
export function resourcesOf(crd: KubeObject): readonly Resource[] {
  return fieldItemsIn(crd, 'spec', 'versions')
    .filter((version) => version['served'] === true)
    .map((version) => resourceOf(crd, version));
}

function texts(parent: unknown, ...path: readonly string[]): readonly string[] {
  return itemsIn(parent, ...path).filter((item) => typeof item === 'string');
}

function dotted(path: string | undefined): readonly string[] {
  return (path ?? '').split('.').filter((part) => part !== '');
}

function scaleOf(version: Fields): ScalePaths | undefined {
  const scale = fieldsIn(version, 'subresources', 'scale');
  if (!scale) return undefined;
  const selector = textIn(scale, 'labelSelectorPath');
  return {
    replicas: dotted(textIn(scale, 'specReplicasPath')),
    statusReplicas: dotted(textIn(scale, 'statusReplicasPath')),
    ...(selector === undefined ? {} : { selector: dotted(selector) }),
  };
}

function columnsOf(version: Fields): readonly Column[] {
  const columns = fieldItemsIn(version, 'additionalPrinterColumns').map(jsonPathColumn);
  return [nameColumn, ...(columns.length > 0 ? columns : [{ ...ageColumn, type: 'date' as const }])];
}

/** Conversion `None`: only the apiVersion changes, and what the other version doesn't know is left out. */
function converter(apiVersion: string, schema: Schema): (object: KubeObject) => KubeObject {
  const known = new WeakMap<KubeObject, KubeObject>();
  return (object) => {
    if (object.apiVersion === apiVersion) return object;
    const present = known.get(object);
    if (present) return present;
    const draft: Draft = { ...draftOf(object), apiVersion };
    pruneUnknown(draft, schema);
    fillDefaults(draft, schema);
    known.set(object, draft);
    return draft;
  };
}

/** Metadata has the same type in all kinds. */
function pruneMetadata(draft: Draft, version: string): readonly string[] {
  const { object, unknown } = decodeTyped(draft.metadata, 'ObjectMeta', (text) => {
    throw badRequest(`${draft.kind} in version "${version}" cannot be handled as a ${draft.kind}: ${text}`);
  });
  draft.metadata = { ...object, name: draft.metadata.name };
  return unknown.map((path) => `metadata.${path}`);
}

function resourceOf(crd: KubeObject, version: Fields): Resource {
  const group = textIn(crd, 'spec', 'group') ?? '';
  const name = textIn(version, 'name') ?? '';
  const names = fieldsIn(crd, 'spec', 'names') ?? {};
  const kind = textIn(names, 'kind') ?? '';
  const plural = textIn(names, 'plural') ?? '';
  // a CRD is checked before it gets here
  const schema = (fieldsIn(version, 'schema', 'openAPIV3Schema') as Schema | undefined) ?? OPEN;
  const stored = `${group}/${storageVersion(crd)}`;
  return {
    group,
    version: name,
    plural,
    kind,
    singular: textIn(names, 'singular') ?? kind.toLowerCase(),
    listKind: textIn(names, 'listKind') ?? `${kind}List`,
    shortNames: texts(names, 'shortNames'),
    categories: texts(names, 'categories'),
    namespaced: textIn(crd, 'spec', 'scope') === 'Namespaced',
    collection: `${group}/${plural}`,
    stored: true,
    custom: true,
    status: isFields(fieldsIn(version, 'subresources')?.['status']),
    scale: scaleOf(version),
    generation: true,
    generationOfAnnotations: false,
    statusKeepsLabels: true,
    createOnUpdate: false,
    answersDeleted: false,
    selectable: fieldItemsIn(version, 'selectableFields').map((field) => (textIn(field, 'jsonPath') ?? '').slice(1)),
    columns: columnsOf(version),
    schema,
    prune(draft) {
      const unknownMeta = pruneMetadata(draft, name);
      dropForbiddenNulls(draft, schema);
      fillDefaults(draft, schema);
      return [...unknownMeta, ...pruneUnknown(draft, schema)];
    },
    fill: (draft) => fillDefaults(draft, schema),
    validate: (draft, old) => [...(old ? [] : nameCauses(draft, 'subdomain')), ...validateSchema(draft, schema)],
    toStored: (draft) => ({ ...draft, apiVersion: stored }),
    fromStored: converter(`${group}/${name}`, schema),
  };
}
