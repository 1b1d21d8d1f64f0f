import type { Json, JsonObject } from '../../kube/object.ts';
import { mapField, mapItems } from './json.ts';

/**
 * A copy of a pod spec whose spreading rules speak of the primary's pods: in topology spread constraints and pod
 * anti-affinity, under the given label keys, the target's name becomes `<name>-primary`. Pod affinity keeps pointing to
 * whatever it pointed to. In a list of values only the first occurrence changes (Flagger compatibility).
 */
export function spreadAsPrimary(podSpec: JsonObject, targetName: string, labelKeys: readonly string[]): JsonObject {
  const rewrite = (selector: JsonObject) => selectPrimary(selector, targetName, labelKeys);
  const term = (item: JsonObject) => mapField(item, 'labelSelector', rewrite);
  const weighted = (item: JsonObject) => mapField(item, 'podAffinityTerm', term);
  const antiAffinity = (rules: JsonObject) => {
    const preferred = mapItems(rules, 'preferredDuringSchedulingIgnoredDuringExecution', weighted);
    return mapItems(preferred, 'requiredDuringSchedulingIgnoredDuringExecution', term);
  };
  const spread = mapItems(podSpec, 'topologySpreadConstraints', term);
  return mapField(spread, 'affinity', (affinity) => mapField(affinity, 'podAntiAffinity', antiAffinity));
}

function selectPrimary(selector: JsonObject, targetName: string, labelKeys: readonly string[]): JsonObject {
  const primaryName = `${targetName}-primary`;
  const labels = mapField(selector, 'matchLabels', (map) => {
    const hits = labelKeys.filter((key) => map[key] === targetName);
    return { ...map, ...Object.fromEntries(hits.map((key) => [key, primaryName])) };
  });
  return mapItems(labels, 'matchExpressions', (expression) => {
    const { key, values } = expression;
    if (typeof key !== 'string' || !labelKeys.includes(key) || !isList(values)) return expression;
    const first = values.indexOf(targetName);
    return first < 0 ? expression : { ...expression, values: values.with(first, primaryName) };
  });
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}
