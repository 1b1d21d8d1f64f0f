import type { KubeObject } from '../../../kube/object.ts';
import { isFields, valueIn } from '../fields.ts';
import type { Column } from '../resource.ts';

/** An age the way kubectl prints it: two units while small, one when large. */
export function ageText(fromMs: number, nowMs: number): string {
  const seconds = Math.floor((nowMs - fromMs) / 1000);
  if (Number.isNaN(seconds)) return '<unknown>';
  if (seconds < -1) return '<invalid>';
  if (seconds < 120) return `${Math.max(seconds, 0)}s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 10) return withRest(minutes, 'm', seconds % 60, 's');
  if (minutes < 180) return `${minutes}m`;
  const hours = Math.floor(minutes / 60);
  if (hours < 8) return withRest(hours, 'h', minutes % 60, 'm');
  if (hours < 48) return `${hours}h`;
  const days = Math.floor(hours / 24);
  if (days < 8) return withRest(days, 'd', hours % 24, 'h');
  if (days < 730) return `${days}d`;
  const years = Math.floor(days / 365);
  return years < 8 ? withRest(years, 'y', days % 365, 'd') : `${years}y`;
}

function withRest(large: number, unit: string, rest: number, restUnit: string): string {
  return rest === 0 ? `${large}${unit}` : `${large}${unit}${rest}${restUnit}`;
}

export const nameColumn: Column = {
  name: 'Name',
  type: 'string',
  format: 'name',
  description: 'Name must be unique within a namespace.',
  priority: 0,
  value: (object) => object.metadata.name,
};

export const ageColumn: Column = {
  name: 'Age',
  type: 'string',
  description: 'Time since the object was created.',
  priority: 0,
  value(object, nowMs) {
    const created = object.metadata.creationTimestamp;
    return created === undefined ? '<unknown>' : ageText(Date.parse(created), nowMs);
  },
};

/** A text column from a function. */
export function textColumn(name: string, value: (object: KubeObject, nowMs: number) => unknown, priority = 0): Column {
  return { name, type: 'string', priority, value };
}

/** A column that shows one field; `0` or the given text when it is absent. */
export function fieldColumn(name: string, path: string, absent: unknown = '<none>', priority = 0): Column {
  const steps = path.split('.');
  const type = typeof absent === 'number' ? 'integer' : 'string';
  return { name, type, priority, value: (object) => valueIn(object, ...steps) ?? absent };
}

/** Labels as text, sorted by key. */
export function labelsText(labels: unknown): string {
  const pairs = Object.entries(isFields(labels) ? labels : {}).map(([key, value]) => `${key}=${value}`);
  return pairs.length === 0 ? '<none>' : pairs.sort().join(',');
}

/** The first few of a list, and how many are left out. */
export function firstFew(items: readonly string[], most = 3): string {
  const left = items.length - most;
  return left > 0 ? `${items.slice(0, most).join(',')} + ${left} more...` : items.join(',');
}
