/** A node of a schema as it stands in a CRD: plain JSON. */
export interface Node {
  readonly type?: 'object' | 'array' | 'string' | 'number' | 'integer' | 'boolean';
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly string[];
  readonly format?: string;
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly properties?: Readonly<Record<string, Node>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: Node;
  readonly items?: Node;
  readonly oneOf?: readonly { readonly required?: readonly string[]; readonly not?: unknown }[];
  readonly 'x-kubernetes-validations'?: readonly { readonly message: string }[];
}

/** A schema as plain JSON: TypeBox keeps its own marks in properties that are not enumerable. */
export function nodeOf(schema: object): Node {
  return JSON.parse(JSON.stringify(schema)) as Node;
}

/** The node that holds the fields of a value: its own, those of a list's items or those of a map's values. */
export function fieldsNode(node: Node): { readonly suffix: '' | '[]' | '.*'; readonly node: Node } | undefined {
  if (node.properties) return { suffix: '', node };
  if (node.items?.properties) return { suffix: '[]', node: node.items };
  if (node.additionalProperties?.properties) return { suffix: '.*', node: node.additionalProperties };
  return undefined;
}
