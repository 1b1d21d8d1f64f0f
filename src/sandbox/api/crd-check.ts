import type { KubeObject } from '../../kube/object.ts';
import { storageVersion } from './crd.ts';
import type { Draft } from './draft.ts';
import { ensureFields, type Fields, fieldItemsIn, fieldsIn, setDefault, textIn, valueIn } from './fields.ts';
import type { FillContext } from './resource.ts';
import type { Schema } from './schema.ts';
import { structureCauses } from './schema-structure.ts';
import { type Cause, duplicateValue, invalidValue, required, unsupportedValue } from './status-error.ts';

/** Fills in what follows from the rest of a CRD. */
export function fillCrd(draft: Draft, { old }: FillContext): void {
  const spec = ensureFields(draft, 'spec');
  const names = ensureFields(spec, 'names');
  const kind = textIn(names, 'kind') ?? '';
  setDefault(names, 'singular', kind.toLowerCase());
  setDefault(names, 'listKind', `${kind}List`);
  setDefault(spec, 'conversion', { strategy: 'None' });
  if (old) return;
  draft['status'] = {
    conditions: [],
    acceptedNames: { plural: '', kind: '' },
    storedVersions: [storageVersion(draft)],
  };
}

const LABEL = /^[a-z]([-a-z0-9]*[a-z0-9])?$/;
const LABEL_TEXT =
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and " +
  "end with an alphanumeric character (e.g. 'my-name',  or 'abc-123', regex used for validation is '[a-z]([-a-z0-9]*[a-z0-9])?')";

/** What is wrong with a CRD. */
export function validateCrd(draft: Draft, old: KubeObject | undefined): readonly Cause[] {
  return [...nameCauses(draft), ...versionCauses(draft), ...immutableCauses(draft, old)];
}

function nameCauses(draft: Draft): readonly Cause[] {
  const causes: Cause[] = [];
  const group = textIn(draft, 'spec', 'group') ?? '';
  const plural = textIn(draft, 'spec', 'names', 'plural') ?? '';
  if (group === '') causes.push(required('spec.group'));
  else if (!group.includes('.'))
    causes.push(invalidValue('spec.group', group, 'should be a domain with at least one dot'));
  if (plural === '') causes.push(required('spec.names.plural'));
  else if (!LABEL.test(plural)) causes.push(invalidValue('spec.names.plural', plural, LABEL_TEXT));
  if ((textIn(draft, 'spec', 'names', 'kind') ?? '') === '') causes.push(required('spec.names.kind'));
  const scope = valueIn(draft, 'spec', 'scope');
  if (scope === undefined) causes.push(required('spec.scope'));
  else if (scope !== 'Cluster' && scope !== 'Namespaced') {
    causes.push(unsupportedValue('spec.scope', scope, ['Cluster', 'Namespaced']));
  }
  if (draft.metadata.name !== `${plural}.${group}`) {
    causes.push(invalidValue('metadata.name', draft.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  const strategy = valueIn(draft, 'spec', 'conversion', 'strategy');
  if (strategy !== 'None') causes.push(unsupportedValue('spec.conversion.strategy', strategy, ['None']));
  return causes;
}

function versionCauses(draft: Draft): readonly Cause[] {
  const causes: Cause[] = [];
  const versions = fieldItemsIn(draft, 'spec', 'versions');
  const names = versions.map((version) => textIn(version, 'name') ?? '');
  const storing = versions.filter((version) => version['storage'] === true).length;
  if (storing !== 1) {
    causes.push(invalidValue('spec.versions', names, 'must have exactly one version marked as storage version'));
  }
  versions.forEach((version, i) => {
    const field = `spec.versions[${i}]`;
    const name = names[i] ?? '';
    if (!LABEL.test(name)) causes.push(invalidValue(`${field}.name`, name, LABEL_TEXT));
    if (names.indexOf(name) < i) causes.push(duplicateValue(`${field}.name`, name));
    causes.push(...schemaCauses(version, field));
  });
  return causes;
}

function schemaCauses(version: Fields, field: string): readonly Cause[] {
  const schema = fieldsIn(version, 'schema', 'openAPIV3Schema');
  if (!schema) return [required(`${field}.schema.openAPIV3Schema`)];
  // raw JSON of the request; each rule of the check looks only at what it expects
  return structureCauses(schema as Schema, `${field}.schema.openAPIV3Schema`);
}

function immutableCauses(draft: Draft, old: KubeObject | undefined): readonly Cause[] {
  if (!old) return [];
  const paths = [
    ['spec', 'group'],
    ['spec', 'names', 'plural'],
    ['spec', 'names', 'kind'],
    ['spec', 'scope'],
  ];
  return paths
    .filter((path) => valueIn(old, ...path) !== valueIn(draft, ...path))
    .map((path) => invalidValue(path.join('.'), valueIn(draft, ...path) ?? null, 'field is immutable'));
}
