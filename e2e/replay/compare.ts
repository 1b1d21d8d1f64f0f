import type { Recording, Scenario } from './scenario.ts';

type Json = Record<string, unknown>;

/** An intended difference; `match` is a pattern on a difference line, `scenario` a glob on the id. */
export interface Deviation {
  readonly scenario: string;
  readonly reason: string;
  readonly match?: string;
  readonly object?: string;
  readonly path?: string;
}

/** A matter of milliseconds: whether a tick sees a workload before its status was updated. */
const transient = /not ready.*observed \w+ generation less than desired generation/;

/** Differences between two recordings as lines, those without a deviation only. Timing and order between kinds are free. */
export function compare(scenario: Scenario, got: Recording, deviations: readonly Deviation[]): string[] {
  const mine = deviations.filter((deviation) => glob(deviation.scenario, scenario.id));
  const [want, have] = [withoutPaths(scenario.recording, mine), withoutPaths(got, mine)];
  const lines: string[] = have.error ? [`timeline: ${have.error}`] : [];
  for (const name of keys(want.status, have.status)) {
    sequence(`status ${name}`, want.status[name] ?? [], have.status[name] ?? [], lines);
  }
  for (const key of keys(want.objects, have.objects)) {
    const pick = (recording: Recording) =>
      (recording.objects[key] ?? []).map(({ op, object }) => (object === undefined ? { op } : { op, object }));
    sequence(`object ${key}`, pick(want), pick(have), lines);
  }
  const events = (recording: Recording) =>
    recording.events.filter(({ message }) => !transient.test(message)).map(({ type, message }) => ({ type, message }));
  sets('event', events(want), events(have), lines);
  const queries = (recording: Recording) =>
    recording.queries.map((each) => ({ ...each, query: String(each['query']).replace(/\s+/g, '') }));
  sets('query', queries(want), queries(have), lines);
  for (const hook of keys(want.webhooks, have.webhooks)) {
    const calls = (recording: Recording) =>
      (recording.webhooks[hook] ?? []).filter((call) => !transient.test(JSON.stringify(call['body'])));
    sequence(`webhook ${hook}`, calls(want), calls(have), lines);
  }
  const receivers = new Set([...want.alerts, ...have.alerts].map((alert) => String(alert['receiver'])));
  for (const receiver of receivers) {
    const pick = (recording: Recording) => recording.alerts.filter((alert) => alert['receiver'] === receiver);
    sequence(`alert ${receiver}`, pick(want), pick(have), lines);
  }
  if (text(want.metrics) !== text(have.metrics)) lines.push(`metrics ${difference(want.metrics, have.metrics)}`);
  return lines.filter((line) => !mine.some(({ match }) => match !== undefined && new RegExp(match).test(line)));
}

function keys(a: object, b: object): string[] {
  return [...new Set([...Object.keys(a), ...Object.keys(b)])].sort();
}

/** In order, equal neighbours taken as one; the first difference is told, later ones would only repeat it. */
function sequence(section: string, wanted: readonly unknown[], got: readonly unknown[], lines: string[]): void {
  const [want, have] = [collapse(wanted), collapse(got)];
  for (let i = 0; i < Math.max(want.length, have.length); i++) {
    if (i >= have.length) lines.push(`${section}[${i}] missing: ${text(want[i]).slice(0, 300)}`);
    else if (i >= want.length) lines.push(`${section}[${i}] unexpected: ${text(have[i]).slice(0, 300)}`);
    else if (text(want[i]) !== text(have[i])) lines.push(`${section}[${i}] ${difference(want[i], have[i])}`);
    else continue;
    return;
  }
}

function sets(section: string, want: readonly unknown[], got: readonly unknown[], lines: string[]): void {
  const [wanted, had] = [new Set(want.map(text)), new Set(got.map(text))];
  for (const each of [...wanted].sort()) if (!had.has(each)) lines.push(`${section} missing: ${each.slice(0, 400)}`);
  for (const each of [...had].sort()) if (!wanted.has(each)) lines.push(`${section} unexpected: ${each.slice(0, 400)}`);
}

function collapse(items: readonly unknown[]): unknown[] {
  return items.filter((item, i) => i === 0 || text(item) !== text(items[i - 1]));
}

/** JSON with sorted keys; the position in the recording doesn't count. */
function text(value: unknown): string {
  return JSON.stringify(value, (key, field: unknown) => {
    if (key === 'seq' || key === 'by') return undefined;
    if (typeof field !== 'object' || field === null || Array.isArray(field)) return field;
    return Object.fromEntries(Object.entries(field).sort(([a], [b]) => (a < b ? -1 : 1)));
  });
}

function difference(want: unknown, have: unknown): string {
  const [a, b] = [flat(want), flat(have)];
  const lines = [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((key) => {
    const [before, after] = [a.get(key) ?? '"<absent>"', b.get(key) ?? '"<absent>"'];
    return before === after ? [] : [`${key}: ${before} -> ${after}`];
  });
  return lines.slice(0, 6).join('; ');
}

function flat(value: unknown, path = '', into = new Map<string, string>()): Map<string, string> {
  if (Array.isArray(value) && value.length > 0) value.forEach((item, i) => void flat(item, `${path}[${i}]`, into));
  else if (typeof value === 'object' && value !== null && Object.keys(value).length > 0) {
    for (const [key, field] of Object.entries(value)) {
      if (key !== 'seq' && key !== 'by') flat(field, path === '' ? key : `${path}.${key}`, into);
    }
  } else into.set(path, JSON.stringify(value) ?? 'undefined');
  return into;
}

function withoutPaths(recording: Recording, deviations: readonly Deviation[]): Recording {
  const copy = structuredClone(recording);
  for (const { object: pattern = '*', path } of deviations) {
    if (path === undefined) continue;
    for (const [key, versions] of Object.entries(copy.objects)) {
      if (!glob(pattern, key)) continue;
      for (const { object } of versions) drop(object, path.split('/'));
    }
  }
  return copy;
}

function drop(object: Json | undefined, [field, ...rest]: readonly string[]): void {
  if (object === undefined || field === undefined) return;
  if (rest.length === 0) delete object[field];
  else drop(object[field] as Json | undefined, rest);
}

function glob(pattern: string, value: string): boolean {
  const escaped = pattern
    .replace(/[.+^${}()|[\]\\]/g, '\\$&')
    .replaceAll('*', '.*')
    .replaceAll('?', '.');
  return new RegExp(`^${escaped}$`).test(value);
}
