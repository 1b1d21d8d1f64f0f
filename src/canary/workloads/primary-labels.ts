import { dig, type JsonObject, type KubeObject, type StringMap } from '../../kube/object.ts';
import type { Impossible, Selector } from './contract.ts';
import { objectsOf, textsOf } from './json.ts';

/** Label value of the primary's pods. */
export function primaryValue(selector: Selector): string {
  return `${selector.value}-primary`;
}

/**
 * Labels of the primary's pods: those of the target's, with the primary's own value of the selector label. The selector of a
 * primary that exists can't be changed any more, so its pods get what it asks for as well. `impossible` when the two
 * contradict each other.
 */
export function primaryPodLabels(
  wanted: StringMap,
  selector: Selector,
  live: KubeObject | undefined,
): { readonly labels: StringMap } | Impossible {
  const own = { [selector.label]: primaryValue(selector) };
  if (!live) return { labels: { ...wanted, ...own } };
  const asked = textsOf(dig(live, 'spec', 'selector', 'matchLabels'));
  const expressions = objectsOf(dig(live, 'spec', 'selector', 'matchExpressions'));
  const labels = { ...wanted, ...asked, ...own };
  const misfits = [
    ...Object.entries(asked)
      .filter(([label, value]) => labels[label] !== value)
      .map(([label, value]) => `${label}=${value}`),
    ...expressions.filter((expression) => !fulfils(labels, expression)).map(inWords),
  ];
  if (misfits.length === 0) return { labels };
  const { kind, metadata } = live;
  const fault = `selects pods by ${misfits.join(' and ')}, which can not be changed any more`;
  const need = `but the pods of a primary carry ${selector.label}=${primaryValue(selector)}`;
  const remedy = `delete ${metadata.name} once nothing depends on it, and it is made anew`;
  return { impossible: `${kind.toLowerCase()} ${metadata.name}.${metadata.namespace} ${fault}, ${need}: ${remedy}` };
}

/** As Kubernetes reads label selectors; an operator that it doesn't know is fulfilled by nothing. */
function fulfils(labels: StringMap, { key, operator, values }: JsonObject): boolean {
  const value = labels[String(key)];
  const among = Array.isArray(values) && values.includes(value);
  switch (operator) {
    case 'In':
      return among;
    case 'NotIn':
      return !among;
    case 'Exists':
      return value !== undefined;
    case 'DoesNotExist':
      return value === undefined;
    default:
      return false;
  }
}

function inWords({ key, operator, values }: JsonObject): string {
  const list = Array.isArray(values) && values.length > 0 ? ` (${values.join(', ')})` : '';
  return `${key} ${operator}${list}`;
}

/** Whether the pods of a primary are those that its Service selects; one that somebody else made may carry other labels. */
export function carriesPrimaryLabel(primary: KubeObject, selector: Selector): boolean {
  return dig(primary, 'spec', 'template', 'metadata', 'labels', selector.label) === primaryValue(selector);
}
