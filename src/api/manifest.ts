import { Document, isMap, isScalar, LineCounter, parseAllDocuments, visit } from 'yaml';
import type { KubeObject } from '../kube/object.ts';
import { dig } from '../kube/object.ts';
import { emitTags, kubernetesTags } from './manifest-scalars.ts';

/** A manifest that can't be read. The message says in which document and line, and what is wrong. */
export class ManifestError extends Error {
  override readonly name = 'ManifestError';
}

/**
 * Reads a stream of YAML or JSON documents as kubectl does: YAML 1.1 scalars with Go's ideas of numbers, empty documents
 * skipped, Lists opened. Every object has `apiVersion`, `kind` and `metadata.name`; throws a `ManifestError` otherwise.
 *
 * Integers beyond 2^53 that fit into 64 bits stay exact as raw JSON numbers (`JSON.rawJSON`), so that
 * `JSON.stringify` writes them unrounded.
 */
export function parseManifests(text: string): KubeObject[] {
  const lines = new LineCounter();
  const documents = parseAllDocuments(text, {
    version: '1.1',
    merge: true,
    uniqueKeys: true,
    customTags: kubernetesTags,
    prettyErrors: true,
    lineCounter: lines,
  });
  const objects: KubeObject[] = [];
  for (const [index, document] of [...documents].entries()) {
    const [error] = document.errors;
    if (error) throw new ManifestError(`document ${index + 1} is not valid YAML: ${error.message}`, { cause: error });
    const { contents } = document;
    if (contents === null || (isScalar(contents) && contents.value === null)) continue;
    const place = `document ${index + 1} (line ${lines.linePos(contents.range?.[0] ?? 0).line})`;
    if (!isMap(contents)) throw new ManifestError(`${place} is not an object: every object has apiVersion and kind`);
    objects.push(...objectsIn(plain(document, place), place));
  }
  return objects;
}

/** Also refuses a document that would grow without bounds through its aliases. */
function plain(document: Document.Parsed, place: string): unknown {
  try {
    return document.toJS();
  } catch (cause) {
    throw new ManifestError(`${place} can not be resolved: ${String(cause)}`, { cause });
  }
}

/** The object itself, or the items when it is a List. */
function objectsIn(value: unknown, place: string): KubeObject[] {
  const kind = dig(value, 'kind');
  const items = dig(value, 'items');
  if (typeof kind === 'string' && kind.endsWith('List') && Array.isArray(items)) {
    return items.flatMap((item, index) => objectsIn(item, `${place}, items[${index}]`));
  }
  for (const path of [['apiVersion'], ['kind'], ['metadata', 'name']]) {
    const field = dig(value, ...path);
    if (typeof field !== 'string' || field === '') {
      throw new ManifestError(`${place} has no ${path.join('.')}: every object needs one, as a string`);
    }
  }
  return [value as KubeObject];
}

/** One YAML document, without `---`. Strings that any YAML reader could take for something else are quoted. */
export function toYaml(object: unknown): string {
  const document = new Document(object, {
    version: '1.1',
    compat: 'core',
    customTags: emitTags,
    aliasDuplicateObjects: false,
  });
  // Unquoted it would merge a map into its own
  visit(document, { Scalar: (_, node) => void (node.value === '<<' && Object.assign(node, { type: 'QUOTE_DOUBLE' })) });
  return document.toString({ indentSeq: false, lineWidth: 0 });
}
