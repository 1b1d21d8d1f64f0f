import type { KubeObject } from '../../kube/object.ts';
import { type Fields, fieldItemsIn, fieldsIn, itemsIn, textIn, valueIn } from '../api/fields.ts';
import { anchoredRegex } from '../prometheus/regex.ts';
import { readFilters, reference, UnsupportedValue } from './http-filters.ts';
import type { Condition, PathMatch, TextMatch } from './matching.ts';
import type { Action, Entry, WeightedBackend } from './route-table.ts';

/** An HTTPRoute as entries in rule order, or why it can't be accepted. */
export type ReadRoute = { readonly entries: readonly Entry[] } | { readonly problem: string };

/** Reads an HTTPRoute of `gateway.networking.k8s.io`; what the API would default is defaulted. */
export function readHttpRoute(route: KubeObject): ReadRoute {
  const { namespace = '', name } = route.metadata;
  const hostnames = itemsIn(route, 'spec', 'hostnames').map((host) => String(host).toLowerCase());
  const hosts = hostnames.length > 0 ? hostnames : ['*'];
  try {
    const entries = fieldItemsIn(route, 'spec', 'rules').flatMap((rule) => {
      const action = readAction(rule, namespace);
      return readConditions(rule).flatMap((condition) =>
        hosts.map((host) => ({ namespace, name, host, condition, action })),
      );
    });
    return { entries };
  } catch (error) {
    if (error instanceof UnsupportedValue) return { problem: error.message };
    throw error;
  }
}

function readAction(rule: Fields, namespace: string): Action {
  return {
    kind: 'HTTPRoute',
    backends: fieldItemsIn(rule, 'backendRefs').map((ref) => readBackend(ref, namespace)),
    filters: readFilters(rule, namespace),
    timeoutMs: durationMs(textIn(rule, 'timeouts', 'request')),
    backendTimeoutMs: durationMs(textIn(rule, 'timeouts', 'backendRequest')),
  };
}

function readBackend(ref: Fields, namespace: string): WeightedBackend {
  const weight = valueIn(ref, 'weight');
  const target = reference(ref, namespace);
  return {
    backend: 'problem' in target ? undefined : target,
    weight: typeof weight === 'number' ? weight : 1,
    filters: readFilters(ref, namespace),
  };
}

function readConditions(rule: Fields): readonly Condition[] {
  const matches = fieldItemsIn(rule, 'matches');
  return (matches.length > 0 ? matches : [{}]).map((match) => ({
    path: readPath(fieldsIn(match, 'path') ?? {}),
    method: textIn(match, 'method'),
    headers: firstOfEach(
      readTexts(fieldItemsIn(match, 'headers')).map((item) => ({ ...item, name: item.name.toLowerCase() })),
    ),
    query: firstOfEach(readTexts(fieldItemsIn(match, 'queryParams'))),
  }));
}

function readPath(path: Fields): PathMatch {
  const value = textIn(path, 'value') ?? '/';
  const type = textIn(path, 'type') ?? 'PathPrefix';
  if (type === 'Exact') return { kind: 'exact', value };
  if (type === 'PathPrefix') return { kind: 'prefix', value };
  if (type === 'RegularExpression') return { kind: 'regex', value, pattern: regex(value) };
  throw new UnsupportedValue(`path match type ${type}`);
}

function readTexts(items: readonly Fields[]): readonly { readonly name: string; readonly match: TextMatch }[] {
  return items.map((item) => {
    const [name, value] = [textIn(item, 'name') ?? '', textIn(item, 'value') ?? ''];
    const type = textIn(item, 'type') ?? 'Exact';
    if (type === 'Exact') return { name, match: { exact: value } };
    if (type === 'RegularExpression') return { name, match: { pattern: regex(value) } };
    throw new UnsupportedValue(`match type ${type}`);
  });
}

/** By the Gateway API, a name that comes again is ignored. */
function firstOfEach<T extends { readonly name: string }>(items: readonly T[]): readonly T[] {
  return items.filter((item, i) => items.findIndex((other) => other.name === item.name) === i);
}

function regex(value: string): RegExp {
  const compiled = anchoredRegex(value);
  if (compiled instanceof RegExp) return compiled;
  throw new UnsupportedValue(compiled.problem);
}

const UNIT_MS: Readonly<Record<string, number>> = { h: 3_600_000, m: 60_000, s: 1000, ms: 1 };

/** A Gateway API duration such as `1m30s`; zero means none. */
function durationMs(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  if (!/^(\d{1,5}(h|m|s|ms)){1,4}$/.test(text)) throw new UnsupportedValue(`duration ${JSON.stringify(text)}`);
  const parts = text.matchAll(/(\d+)(ms|[hms])/g);
  const total = [...parts].reduce((sum, [, count, unit]) => sum + Number(count) * (UNIT_MS[unit ?? ''] ?? 0), 0);
  return total === 0 ? undefined : total;
}
