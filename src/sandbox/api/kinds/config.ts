import type { KubeObject } from '../../../kube/object.ts';
import type { Draft } from '../draft.ts';
import { fieldsIn, itemsIn, sameJson, setDefault, textIn } from '../fields.ts';
import { type Cause, forbiddenField, invalidValue } from '../status-error.ts';
import type { Builtin } from './builtin.ts';
import { fieldColumn, textColumn } from './columns.ts';

const KEY = /^[-._a-zA-Z0-9]+$/;
const KEY_TEXT =
  "a valid config key must consist of alphanumeric characters, '-', '_' or '.' (e.g. 'key.name',  or 'KEY_NAME',  or " +
  "'key-name', regex used for validation is '[-._a-zA-Z0-9]+')";

function keyCauses(draft: Draft, field: string): readonly Cause[] {
  const keys = Object.keys(fieldsIn(draft, field) ?? {});
  return keys.filter((key) => !KEY.test(key)).map((key) => invalidValue(`${field}[${key}]`, key, KEY_TEXT));
}

/** Objects marked as immutable keep their content for good. */
function immutableCauses(draft: Draft, old: KubeObject | undefined, fields: readonly string[]): readonly Cause[] {
  if (old?.['immutable'] !== true) return [];
  const changed = fields.filter((field) => !sameJson(old[field], draft[field]));
  return changed.map((field) => forbiddenField(field, 'field is immutable when `immutable` is set'));
}

function fillSecret(draft: Draft): void {
  const plain = Object.entries(fieldsIn(draft, 'stringData') ?? {});
  if (plain.length > 0) {
    const encoded = plain.map(([key, value]) => [key, Buffer.from(String(value), 'utf8').toString('base64')]);
    draft['data'] = { ...fieldsIn(draft, 'data'), ...Object.fromEntries(encoded) };
  }
  delete draft['stringData'];
  setDefault(draft, 'type', 'Opaque');
}

function size(object: KubeObject, ...fields: readonly string[]): number {
  return fields.reduce((sum, field) => sum + Object.keys(fieldsIn(object, field) ?? {}).length, 0);
}

/** Configuration kinds of the core group. */
export const CONFIG_KINDS: readonly Builtin[] = [
  {
    kind: 'ConfigMap',
    plural: 'configmaps',
    shortNames: ['cm'],
    validate: (draft, old) => [
      ...keyCauses(draft, 'data'),
      ...keyCauses(draft, 'binaryData'),
      ...immutableCauses(draft, old, ['data', 'binaryData', 'immutable']),
    ],
    columns: [textColumn('Data', (object) => size(object, 'data', 'binaryData'))],
  },
  {
    kind: 'Secret',
    plural: 'secrets',
    selectable: ['type'],
    fill: fillSecret,
    validate: (draft, old) => [
      ...keyCauses(draft, 'data'),
      ...(old && old['type'] !== draft['type'] ? [invalidValue('type', draft['type'], 'field is immutable')] : []),
      ...immutableCauses(draft, old, ['data', 'immutable']),
    ],
    columns: [fieldColumn('Type', 'type'), textColumn('Data', (object) => size(object, 'data'))],
  },
  {
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    answersDeleted: true,
    shortNames: ['sa'],
    columns: [textColumn('Secrets', (object) => itemsIn(object, 'secrets').length)],
  },
  {
    group: 'coordination.k8s.io',
    kind: 'Lease',
    plural: 'leases',
    createOnUpdate: true,
    columns: [textColumn('Holder', (lease) => textIn(lease, 'spec', 'holderIdentity') ?? '')],
  },
];
