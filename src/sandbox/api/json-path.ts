import { type Fields, isFields, textIn } from './fields.ts';
import { ageText } from './kinds/columns.ts';
import type { Column } from './resource.ts';

type Step =
  | { readonly field: string }
  | { readonly index: number }
  | { readonly all: true }
  | { readonly filter: { readonly path: readonly string[]; readonly equals: string | number | boolean } };

const TOKEN =
  /\.([^.[\]]+)|\['((?:[^'\\]|\\.)*)'\]|\[(-?\d+)\]|\[(\*)\]|\[\?\(@\.([A-Za-z0-9_.\\/-]+)\s*==\s*(?:"([^"]*)"|'([^']*)'|([^)]*))\)\]/y;

/** Reads the subset of JSONPath that printer columns use: fields, indexes, `*`, and filters by equality. */
export function parseJsonPath(source: string): readonly Step[] {
  // an escaped dot belongs to the name of the field
  const path = source.replace(/\\\./g, '\u0000');
  const steps: Step[] = [];
  TOKEN.lastIndex = 0;
  while (TOKEN.lastIndex < path.length) {
    const match = TOKEN.exec(path);
    if (!match) return [];
    const [, field, quoted, index, all, filterPath, double, single, bare] = match;
    if (all !== undefined || field === '*') steps.push({ all: true });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (filterPath !== undefined) {
      const equals = double ?? single ?? literal((bare ?? '').trim());
      steps.push({ filter: { path: filterPath.split('.'), equals } });
    } else steps.push({ field: (field ?? quoted ?? '').replaceAll('\u0000', '.') });
  }
  return steps;
}

function literal(text: string): string | number | boolean {
  if (text === 'true' || text === 'false') return text === 'true';
  return text !== '' && !Number.isNaN(Number(text)) ? Number(text) : text;
}

/** All values that a path leads to. */
export function followJsonPath(root: unknown, steps: readonly Step[]): readonly unknown[] {
  let found: unknown[] = [root];
  for (const step of steps) found = found.flatMap((value) => take(value, step));
  return found.filter((value) => value !== undefined);
}

function take(value: unknown, step: Step): unknown[] {
  if ('field' in step) return isFields(value) ? [value[step.field]] : [];
  if ('index' in step) return Array.isArray(value) ? [value.at(step.index)] : [];
  const items: unknown[] = Array.isArray(value) ? value : isFields(value) ? Object.values(value) : [];
  if ('all' in step) return items;
  const { path, equals } = step.filter;
  return items.filter(
    (item) => path.reduce<unknown>((at, field) => (isFields(at) ? at[field] : undefined), item) === equals,
  );
}

function cell(type: string, value: unknown, nowMs: number): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'integer':
      return typeof value === 'number' ? Math.trunc(value) : null;
    case 'number':
      return typeof value === 'number' ? value : null;
    case 'boolean':
      return typeof value === 'boolean' ? value : null;
    case 'date':
      return typeof value === 'string' ? ageText(Date.parse(value), nowMs) : null;
    default:
      return typeof value === 'object' ? JSON.stringify(value) : String(value);
  }
}

/** A printer column of a CRD version. */
export function jsonPathColumn(column: Fields): Column {
  const path = textIn(column, 'jsonPath') ?? '';
  const steps = parseJsonPath(path);
  const type = textIn(column, 'type') ?? 'string';
  const format = textIn(column, 'format');
  return {
    name: textIn(column, 'name') ?? '',
    type: type === 'integer' || type === 'number' || type === 'boolean' || type === 'date' ? type : 'string',
    priority: typeof column['priority'] === 'number' ? column['priority'] : 0,
    ...(format === undefined ? {} : { format }),
    description: textIn(column, 'description') ?? `Custom resource definition column (in JSONPath format): ${path}`,
    value(object, nowMs) {
      if (steps.length === 0) return null;
      return cell(type, followJsonPath(object, steps)[0], nowMs);
    },
  };
}
