import { fieldItemsIn, itemsIn, textIn } from '../api/fields.ts';

/** Changes to headers; names in lower case. Removals come first, then `set`, then `add`. */
export interface HeaderEdit {
  readonly set: readonly (readonly [name: string, value: string])[];
  readonly add: readonly (readonly [name: string, value: string])[];
  readonly remove: readonly string[];
}

/** Header values as node gives and takes them. */
export type HeaderMap = Record<string, string | string[] | undefined>;

/** Reads the body of a Gateway API header modifier. */
export function headerEdit(modifier: unknown): HeaderEdit {
  const pairs = (field: string) =>
    fieldItemsIn(modifier, field).map((item) => {
      return [(textIn(item, 'name') ?? '').toLowerCase(), textIn(item, 'value') ?? ''] as const;
    });
  const remove = itemsIn(modifier, 'remove').map((name) => String(name).toLowerCase());
  return { set: pairs('set'), add: pairs('add'), remove };
}

/** The headers after the edits, in their order. */
export function editHeaders(headers: HeaderMap, edits: readonly HeaderEdit[]): HeaderMap {
  const edited: HeaderMap = { ...headers };
  for (const { set, add, remove } of edits) {
    for (const name of remove) delete edited[name];
    for (const [name, value] of set) edited[name] = value;
    for (const [name, value] of add) edited[name] = append(edited[name], value, name);
  }
  return edited;
}

function append(present: string | string[] | undefined, value: string, name: string): string | string[] {
  if (present === undefined) return value;
  // cookies are the one header that can't be joined by commas
  if (name === 'set-cookie') return [present, value].flat();
  return [present, value].flat().join(', ');
}
