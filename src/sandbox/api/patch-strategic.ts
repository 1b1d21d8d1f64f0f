import { copyJson, type Fields, isFields, sameJson } from './fields.ts';
import { type MergeShape, mergeShapeOf } from './patch-strategic-shape.ts';
import { badRequest } from './status-error.ts';

const DIRECTIVE = '$patch';
const RETAIN = '$retainKeys';
const ORDER = '$setElementOrder/';
const DELETE_VALUES = '$deleteFromPrimitiveList/';

/**
 * Strategic merge patch: like a merge patch, but lists with a merge key merge element by element, and directives
 * (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) say what can't be said by values.
 * @throws StatusError 400 for unknown directives and elements without their merge key
 */
export function strategicMergePatch(target: unknown, patch: Fields, kind: string): unknown {
  return mergeFields(isFields(target) ? target : {}, patch, mergeShapeOf(kind));
}

function isDirective(field: string): boolean {
  return field === DIRECTIVE || field === RETAIN || field.startsWith(ORDER) || field.startsWith(DELETE_VALUES);
}

function withoutDirectives(patch: Fields): Fields {
  return Object.fromEntries(Object.entries(patch).filter(([field]) => !isDirective(field)));
}

function mergeFields(target: Fields, patch: Fields, shape: MergeShape): Fields {
  const directive = patch[DIRECTIVE];
  if (directive === 'replace' || (shape.replace === true && directive === undefined)) {
    return mergeFields({}, withoutDirectives(patch), {});
  }
  if (directive === 'delete') return {};
  if (directive !== undefined && directive !== 'merge') {
    throw badRequest(`Wrong or unknown patch directive: ${JSON.stringify(directive)}`);
  }
  const merged = retained(target, patch);
  for (const [field, value] of Object.entries(withoutDirectives(patch))) {
    if (value === null) delete merged[field];
    else merged[field] = mergeValue(merged[field], value, shape.fields?.[field] ?? {});
  }
  deleteValues(merged, patch);
  order(merged, target, patch, shape);
  return merged;
}

/** The target without the fields that `$retainKeys` doesn't list. */
function retained(target: Fields, patch: Fields): Fields {
  const keys = patch[RETAIN];
  if (keys === undefined) return { ...target };
  if (!Array.isArray(keys)) throw badRequest(`${RETAIN} must be a list`);
  return Object.fromEntries(Object.entries(target).filter(([field]) => keys.includes(field)));
}

function mergeValue(target: unknown, patch: unknown, shape: MergeShape): unknown {
  if (isFields(patch)) return mergeFields(isFields(target) ? target : {}, patch, shape);
  if (!Array.isArray(patch)) return patch;
  const present = Array.isArray(target) ? target : [];
  if (shape.mergeKey === undefined) return copyJson(patch);
  if (shape.mergeKey === '') return [...present, ...patch.filter((value) => !present.includes(value))];
  return mergeElements(present, patch, shape.mergeKey, shape.item ?? {});
}

function keyOf(element: unknown, mergeKey: string): unknown {
  const key = isFields(element) ? element[mergeKey] : undefined;
  if (key === undefined) {
    throw badRequest(`${JSON.stringify(element)} does not contain declared merge key: ${mergeKey}`);
  }
  return key;
}

function mergeElements(
  target: readonly unknown[],
  patch: readonly unknown[],
  mergeKey: string,
  item: MergeShape,
): unknown[] {
  const replaces = patch.some(
    (element) => isFields(element) && element[DIRECTIVE] === 'replace' && element[mergeKey] === undefined,
  );
  let merged: unknown[] = replaces ? [] : [...target];
  for (const element of patch) {
    if (!isFields(element)) throw badRequest(`a list that merges by ${mergeKey} holds something else than objects`);
    if (element[DIRECTIVE] === 'replace' && element[mergeKey] === undefined) continue;
    const key = keyOf(element, mergeKey);
    if (element[DIRECTIVE] === 'delete') {
      merged = merged.filter((present) => keyOf(present, mergeKey) !== key);
      continue;
    }
    const at = merged.findIndex((present) => keyOf(present, mergeKey) === key);
    const before = merged[at];
    const next = mergeFields(isFields(before) ? before : {}, element, item);
    if (at < 0) merged.push(next);
    else merged[at] = next;
  }
  return merged;
}

function deleteValues(merged: Fields, patch: Fields): void {
  for (const [directive, values] of Object.entries(patch)) {
    if (!directive.startsWith(DELETE_VALUES)) continue;
    const field = directive.slice(DELETE_VALUES.length);
    const present = merged[field];
    if (Array.isArray(present) && Array.isArray(values)) {
      merged[field] = present.filter((value) => !values.some((gone) => sameJson(gone, value)));
    }
  }
}

/** Brings lists into the order that `$setElementOrder` gives; elements it doesn't know stay after their neighbours. */
function order(merged: Fields, before: Fields, patch: Fields, shape: MergeShape): void {
  for (const [directive, wanted] of Object.entries(patch)) {
    if (!directive.startsWith(ORDER)) continue;
    const field = directive.slice(ORDER.length);
    const list = merged[field];
    if (!Array.isArray(list) || !Array.isArray(wanted)) continue;
    const mergeKey = shape.fields?.[field]?.mergeKey ?? '';
    const identity = (element: unknown) => (mergeKey === '' || !isFields(element) ? element : element[mergeKey]);
    const old = before[field];
    merged[field] = inOrder(list, wanted.map(identity), (Array.isArray(old) ? old : []).map(identity), identity);
  }
}

function inOrder(
  list: readonly unknown[],
  wanted: readonly unknown[],
  serverOrder: readonly unknown[],
  identity: (element: unknown) => unknown,
): unknown[] {
  const listed = list.filter((element) => wanted.includes(identity(element)));
  listed.sort((left, right) => wanted.indexOf(identity(left)) - wanted.indexOf(identity(right)));
  const others = list.filter((element) => !wanted.includes(identity(element)));
  const result: unknown[] = [];
  // an element only the server knows goes first where it stood before the next listed one
  const precedes = (left: unknown, right: unknown) => {
    const [from, to] = [serverOrder.indexOf(identity(left)), serverOrder.indexOf(identity(right))];
    return from >= 0 && to >= 0 && from < to;
  };
  while (others.length > 0 && listed.length > 0) {
    result.push(precedes(others[0], listed[0]) ? others.shift() : listed.shift());
  }
  return [...result, ...others, ...listed];
}
