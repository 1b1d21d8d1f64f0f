import { fieldsNode, type Node } from './node.ts';

/** A field of an object, for readers. */
export interface Field {
  readonly name: string;
  /** From the root: `spec.analysis.metrics[].name`; `[]` is any item of a list, `*` any key of a map. */
  readonly path: string;
  readonly node: Node;
  readonly required: boolean;
  /** What the field means, as sentences. */
  readonly meaning: string;
  /** What holds when it is absent: a value, or in words when it has a blank in it. */
  readonly fallback: string | undefined;
  /** Path of the section that tells its fields, where it has some. */
  readonly section: string | undefined;
}

/** An object of a kind, and its fields. Objects of one form have one section, under the path that comes first. */
export interface Section {
  readonly path: string;
  readonly node: Node;
  readonly meaning: string;
  readonly fields: readonly Field[];
  /** Other paths of the same form. */
  readonly alike: readonly string[];
}

/** The parts that every object of Kubernetes has, told elsewhere. */
const known = new Set(['apiVersion', 'kind', 'metadata']);

/** The objects below the root of a schema, depth first. */
export function sectionsOf(root: Node): readonly Section[] {
  const found = new Map<string, { section: Section; alike: string[] }>();
  const enter = (path: string, node: Node): string => {
    const { description: _, ...form } = node;
    const key = JSON.stringify(form);
    const present = found.get(key);
    if (present) {
      present.alike.push(path);
      return present.section.path;
    }
    const alike: string[] = [];
    // Its place is taken before its parts are looked at
    const fields: Field[] = [];
    found.set(key, { section: { path, node, meaning: tell(node).meaning, fields, alike }, alike });
    for (const [name, child] of Object.entries(node.properties ?? {})) {
      if (path === '' && known.has(name)) continue;
      fields.push(readField(name, child, node, path, enter));
    }
    return path;
  };
  enter('', root);
  return [...found.values()].map(({ section }) => section).filter(({ path }) => path !== '');
}

function readField(
  name: string,
  node: Node,
  parent: Node,
  parentPath: string,
  enter: (path: string, node: Node) => string,
): Field {
  const path = parentPath === '' ? name : `${parentPath}.${name}`;
  const inner = fieldsNode(node);
  return {
    name,
    path,
    node,
    required: parent.required?.includes(name) ?? false,
    ...tell(node),
    section: inner && enter(path + inner.suffix, inner.node),
  };
}

/** "What it is; 1m when absent." holds both the meaning and what an absent field means. */
export function tell({ description = '', default: fallback }: Node): Pick<Field, 'meaning' | 'fallback'> {
  const parts = /^(?:(.*); )?([^;]+) when absent\.$/.exec(description);
  if (parts) return { meaning: parts[1] ? `${parts[1]}.` : '', fallback: parts[2] };
  const text = typeof fallback === 'string' ? fallback || "''" : JSON.stringify(fallback);
  return { meaning: description, fallback: fallback === undefined ? undefined : text };
}
