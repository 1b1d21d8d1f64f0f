import type { KubeObject } from '../../kube/object.ts';
import type { Draft } from './draft.ts';
import { type Fields, fieldItemsIn } from './fields.ts';

/** Who writes, and through which door. */
export interface Writer {
  readonly manager: string;
  readonly apiVersion: string;
  readonly subresource: string | undefined;
  /** RFC 3339, seconds. */
  readonly time: string;
}

/** Entries that one object keeps at most; older ones are dropped. */
const MOST_ENTRIES = 10;

/** `?fieldManager`, else the part of the User-Agent before the first slash. */
export function managerName(fieldManager: string | null, userAgent: string | undefined): string {
  if (fieldManager !== null && fieldManager !== '') return fieldManager.slice(0, 128);
  const product = (userAgent ?? '').split('/', 1)[0]?.trim().slice(0, 128) ?? '';
  return product === '' ? 'unknown' : product;
}

/** Notes the writer on the draft: one Update entry per manager, version and subresource, without owned fields. */
export function recordWriter(draft: Draft, old: KubeObject | undefined, writer: Writer): void {
  const mine = (entry: Fields) =>
    entry['manager'] === writer.manager &&
    entry['operation'] === 'Update' &&
    entry['apiVersion'] === writer.apiVersion &&
    entry['subresource'] === writer.subresource;
  const others = fieldItemsIn(old, 'metadata', 'managedFields').filter((entry) => !mine(entry));
  const entry: Fields = {
    manager: writer.manager,
    operation: 'Update',
    apiVersion: writer.apiVersion,
    time: writer.time,
    fieldsType: 'FieldsV1',
    fieldsV1: {},
    ...(writer.subresource === undefined ? {} : { subresource: writer.subresource }),
  };
  draft.metadata.managedFields = [...others, entry].slice(-MOST_ENTRIES);
}
