import type { KubeObject } from '../../kube/object.ts';
import { valueIn } from './fields.ts';
import type { Resource } from './resource.ts';
import { badRequest, type StatusError } from './status-error.ts';

/** Whether an object is chosen. */
export type Selector = (object: KubeObject) => boolean;

type Labels = Readonly<Record<string, string>>;
type Requirement = (labels: Labels) => boolean;

/** Splits at commas outside parentheses. */
function terms(text: string): string[] {
  const parts: string[] = [];
  let depth = 0;
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '(') depth++;
    else if (text[i] === ')') depth--;
    else if (text[i] === ',' && depth === 0) {
      parts.push(text.slice(from, i));
      from = i + 1;
    }
  }
  parts.push(text.slice(from));
  return parts.map((part) => part.trim()).filter((part) => part !== '');
}

const KEY = '[A-Za-z0-9](?:[A-Za-z0-9._/-]*[A-Za-z0-9])?';
const VALUE = '[A-Za-z0-9._-]*';
const SET = new RegExp(`^(${KEY})\\s+(in|notin)\\s*\\(([^()]*)\\)$`);
const EQUALITY = new RegExp(`^(${KEY})\\s*(==|=|!=|>|<)\\s*(${VALUE})$`);
const EXISTS = new RegExp(`^(!?)\\s*(${KEY})$`);

function requirement(term: string): Requirement {
  const set = SET.exec(term);
  if (set) {
    const [, key = '', operator, list = ''] = set;
    const values = new Set(list.split(',').map((value) => value.trim()));
    return operator === 'in'
      ? (labels) => labels[key] !== undefined && values.has(labels[key])
      : (labels) => labels[key] === undefined || !values.has(labels[key]);
  }
  const equality = EQUALITY.exec(term);
  if (equality) {
    const [, key = '', operator = '', value = ''] = equality;
    if (operator === '!=') return (labels) => labels[key] !== value;
    if (operator === '>') return (labels) => labels[key] !== undefined && Number(labels[key]) > Number(value);
    if (operator === '<') return (labels) => labels[key] !== undefined && Number(labels[key]) < Number(value);
    return (labels) => labels[key] === value;
  }
  const exists = EXISTS.exec(term);
  if (exists) {
    const [, not, key = ''] = exists;
    return not === '!' ? (labels) => labels[key] === undefined : (labels) => labels[key] !== undefined;
  }
  throw badRequest(`unable to parse requirement: invalid label selector "${term}"`);
}

/**
 * Reads a label selector, equality-based (`a=b,c!=d`) or set-based (`a in (x,y),!b`).
 * @throws StatusError 400 when it can't be read
 */
export function parseLabelSelector(text: string): Selector {
  const requirements = terms(text).map(requirement);
  return (object) => {
    const labels = object.metadata.labels ?? {};
    return requirements.every((matches) => matches(labels));
  };
}

/** Kinds with fields of their own say less about the others. */
function unknownField(field: string, resource: Resource): StatusError {
  if (resource.custom || resource.selectable.length > 0) return badRequest(`field label not supported: ${field}`);
  const namespace = resource.namespaced ? ', "metadata.namespace"' : '';
  return badRequest(`"${field}" is not a known field selector: only "metadata.name"${namespace}`);
}

/**
 * Reads a field selector (`metadata.name=x,spec.nodeName!=y`). Absent fields count as the empty text.
 * @throws StatusError 400 for fields that the kind doesn't offer
 */
export function parseFieldSelector(text: string, resource: Resource): Selector {
  const conditions = terms(text).map((term) => {
    const match = /^([^=!]+?)\s*(==|=|!=)\s*(.*)$/.exec(term);
    if (!match) throw badRequest(`invalid selector: '${term}'; can't understand '${term}'`);
    const [, field = '', operator, value] = match;
    const known =
      field === 'metadata.name' ||
      (field === 'metadata.namespace' && resource.namespaced) ||
      resource.selectable.includes(field);
    if (!known) throw unknownField(field, resource);
    const path = field.split('.');
    return (object: KubeObject) => (String(valueIn(object, ...path) ?? '') === value) === (operator !== '!=');
  });
  return (object) => conditions.every((matches) => matches(object));
}

/** The `metav1.LabelSelector` of a workload or a PodDisruptionBudget, applied to labels. Nothing selects nothing. */
export function matchesLabelSelector(selector: unknown, labels: Labels): boolean {
  const matchLabels = valueIn(selector, 'matchLabels');
  const expressions = valueIn(selector, 'matchExpressions');
  const pairs = typeof matchLabels === 'object' && matchLabels !== null ? Object.entries(matchLabels) : [];
  const list = Array.isArray(expressions) ? expressions : [];
  if (pairs.length === 0 && list.length === 0) return false;
  return (
    pairs.every(([key, value]) => labels[key] === value) && list.every((expression) => matchesOne(expression, labels))
  );
}

function matchesOne(expression: unknown, labels: Labels): boolean {
  const label = labels[String(valueIn(expression, 'key'))];
  const values = valueIn(expression, 'values');
  const among = Array.isArray(values) && values.includes(label);
  switch (valueIn(expression, 'operator')) {
    case 'In':
      return label !== undefined && among;
    case 'NotIn':
      return label === undefined || !among;
    case 'Exists':
      return label !== undefined;
    case 'DoesNotExist':
      return label === undefined;
    default:
      return false;
  }
}
