/** A node of an OpenAPI schema, as it stands in a CRD. */
type Node = { readonly [keyword: string]: unknown };

const isNode = (value: unknown): value is Node => typeof value === 'object' && value !== null && !Array.isArray(value);

const nodesOf = (value: unknown): [string, Node][] =>
  isNode(value) ? Object.entries(value).filter((entry): entry is [string, Node] => isNode(entry[1])) : [];

/** Keywords that no CRD may hold anywhere. */
const unknownToKubernetes = [
  '$ref',
  'definitions',
  'patternProperties',
  'dependencies',
  'id',
  '$id',
  'const',
  'propertyNames',
  'unevaluatedProperties',
];

/** Keywords that may not stand inside `allOf`, `anyOf`, `oneOf` and `not`. */
const outsideOnly = ['type', 'default', 'nullable', 'title', 'description', 'additionalProperties'];

const junctors = ['allOf', 'anyOf', 'oneOf'];

/**
 * Everything in which the schema of a CRD isn't structural, as "path: fault". The rules are those of the Kubernetes API
 * conventions for `apiextensions.k8s.io/v1`.
 */
export function structuralFaults(root: Node): string[] {
  const faults = nodeFaults(root, 'root');
  if (root['type'] !== 'object') faults.push('root: the type must be object');
  if ('additionalProperties' in root) faults.push('root: no additionalProperties here');
  const metadata = isNode(root['properties']) ? root['properties']['metadata'] : undefined;
  const restricted = isNode(metadata) && isNode(metadata['properties']) ? Object.keys(metadata['properties']) : [];
  for (const name of restricted) {
    if (name !== 'name' && name !== 'generateName') faults.push(`root.metadata: may not restrict ${name}`);
  }
  return faults;
}

function nodeFaults(node: Node, path: string): string[] {
  const faults = [...everywhereFaults(node, path), ...typeFaults(node, path)];
  if ('properties' in node && 'additionalProperties' in node)
    faults.push(`${path}: properties and additionalProperties`);
  if (node['type'] === 'array' && !isNode(node['items'])) faults.push(`${path}: an array needs items`);
  if (node['uniqueItems'] === true) faults.push(`${path}: uniqueItems`);
  if (!isIntOrString(node)) faults.push(...junctorFaults(node, node, path));
  for (const [name, child] of nodesOf(node['properties'])) faults.push(...nodeFaults(child, `${path}.${name}`));
  for (const keyword of ['items', 'additionalProperties']) {
    const child = node[keyword];
    if (isNode(child)) faults.push(...nodeFaults(child, `${path}.${keyword}`));
  }
  return faults;
}

const isIntOrString = (node: Node) => node['x-kubernetes-int-or-string'] === true;
const isOpen = (node: Node) => node['x-kubernetes-preserve-unknown-fields'] === true;

function typeFaults(node: Node, path: string): string[] {
  const { type } = node;
  if (Array.isArray(type)) return [`${path}: a list of types`];
  if (isIntOrString(node)) return [...(type ? [`${path}: a type`] : []), ...(isOpen(node) ? [`${path}: open`] : [])];
  return type === undefined && !isOpen(node) ? [`${path}: no type`] : [];
}

function everywhereFaults(node: Node, path: string): string[] {
  const faults = unknownToKubernetes.filter((keyword) => keyword in node).map((keyword) => `${path}: ${keyword}`);
  const { pattern, exclusiveMinimum } = node;
  if (typeof pattern === 'string' && /\(\?[=!<]|\\[1-9]/.test(pattern)) faults.push(`${path}: not an RE2 pattern`);
  if (exclusiveMinimum !== undefined && typeof exclusiveMinimum !== 'boolean') faults.push(`${path}: exclusiveMinimum`);
  return faults;
}

/** `outside` is the node around the junctors: it must name every property that they name. */
function junctorFaults(node: Node, outside: Node, path: string): string[] {
  const inner = junctors.flatMap((keyword) => {
    const list = node[keyword];
    return Array.isArray(list)
      ? list.map((child, index): [unknown, string] => [child, `${path}.${keyword}[${index}]`])
      : [];
  });
  if ('not' in node) inner.push([node['not'], `${path}.not`]);
  return inner.flatMap(([child, at]) => (isNode(child) ? insideFaults(child, outside, at) : [`${at}: not a schema`]));
}

function insideFaults(node: Node, outside: Node, path: string): string[] {
  const faults = everywhereFaults(node, path);
  for (const keyword of Object.keys(node)) {
    if (outsideOnly.includes(keyword) || keyword.startsWith('x-kubernetes-')) faults.push(`${path}: ${keyword}`);
  }
  const known = new Map(nodesOf(outside['properties']));
  for (const name of Array.isArray(node['required']) ? node['required'] : []) {
    if (!known.has(name)) faults.push(`${path}: requires ${name}, which is unknown outside`);
  }
  for (const [name, child] of nodesOf(node['properties'])) {
    const counterpart = known.get(name);
    if (counterpart) faults.push(...insideFaults(child, counterpart, `${path}.${name}`));
    else faults.push(`${path}.${name}: unknown outside`);
  }
  return [...faults, ...junctorFaults(node, outside, path)];
}
