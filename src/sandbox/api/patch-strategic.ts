import { copyJson, type Fields, isFields, sameJson } from './fields.ts';
import { type MergeShape, mergeShapeOf } from './patch-strategic-shape.ts';
import { StatusError } from './status-error.ts';

const DIRECTIVE = '$patch';
const RETAIN = '$retainKeys';
const ORDER = '$setElementOrder/';
const DELETE_VALUES = '$deleteFromPrimitiveList/';

/**
 * Strategic merge patch: like a merge patch, but lists with a merge key merge element by element, and directives
 * (`$patch`, `$retainKeys`, `$setElementOrder/…`, `$deleteFromPrimitiveList/…`) say what can't be said by values.
 * @throws StatusError 500, like the API server, for unknown directives and elements without their merge key
 */
export function strategicMergePatch(target: unknown, patch: Fields, kind: string): unknown {
  return mergeFields(isFields(target) ? target : {}, patch, mergeShapeOf(kind));
}

/** The API server answers 500 to patches that make no sense. */
function unreadable(message: string): StatusError {
  return new StatusError(500, '', message);
}

/** Fields the way Go prints a map. */
function goMap(fields: unknown): string {
  const pairs = Object.entries(isFields(fields) ? fields : {}).map(([key, value]) => `${key}:${String(value)}`);
  return `map[${pairs.sort().join(' ')}]`;
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
    throw unreadable(`unknown patch type: ${directive} in map: ${goMap(patch)}`);
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
  if (!Array.isArray(keys)) throw unreadable(`${RETAIN} must be a list`);
  return Object.fromEntries(Object.entries(target).filter(([field]) => keys.includes(field)));
}

function mergeValue(target: unknown, patch: unknown, shape: MergeShape): unknown {
  if (isFields(patch)) return mergeFields(isFields(target) ? target : {}, patch, shape);
  if (!Array.isArray(patch)) return patch;
  const present = Array.isArray(target) ? target : [];
  if (shape.mergeKey === undefined) return copyJson(patch);
  const { mergeKey } = shape;
  const merged =
    mergeKey === ''
      ? [...present, ...patch.filter((value) => !present.includes(value))]
      : mergeElements(present, patch, mergeKey, shape.item ?? {});
  const identity = identityBy(mergeKey);
  return inOrder(merged, patch.map(identity), present.map(identity), identity);
}

function keyOf(element: unknown, mergeKey: string): unknown {
  const key = isFields(element) ? element[mergeKey] : undefined;
  if (key === undefined) {
    throw unreadable(`map: ${goMap(element)} does not contain declared merge key: ${mergeKey}`);
  }
  return key;
}

/** What tells the elements of a list apart. */
function identityBy(mergeKey: string): (element: unknown) => unknown {
  return (element) => (mergeKey === '' || !isFields(element) ? element : element[mergeKey]);
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
    if (!isFields(element)) throw unreadable(`a list that merges by ${mergeKey} holds something else than objects`);
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
    const identity = identityBy(shape.fields?.[field]?.mergeKey ?? '');
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
