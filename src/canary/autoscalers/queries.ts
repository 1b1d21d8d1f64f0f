import type { JsonObject, StringMap } from '../../kube/object.ts';
import { mapField, mapItems, objectOr } from '../workloads/json.ts';

/**
 * The spec of a ScaledObject with triggers that ask about the primary (Flagger compatibility). With `queries`, a trigger
 * whose name is a key gets that query and the others stay. Without, the target's name in `metadata.query` becomes the
 * primary's, wherever it stands in the text and also where it was the primary's already: only `queries` can tell a name
 * from a part of another word.
 */
export function withPrimaryQueries(spec: JsonObject, queries: StringMap, target: string): JsonObject {
  const given = Object.keys(queries).length > 0;
  return mapItems(spec, 'triggers', (trigger) =>
    given ? replaced(trigger, queries) : mapField(trigger, 'metadata', (metadata) => turned(metadata, target)),
  );
}

function replaced(trigger: JsonObject, queries: StringMap): JsonObject {
  const { name, metadata } = trigger;
  const query = typeof name === 'string' && Object.hasOwn(queries, name) ? queries[name] : undefined;
  return query === undefined ? trigger : { ...trigger, metadata: { ...objectOr(metadata), query } };
}

function turned(metadata: JsonObject, target: string): JsonObject {
  const { query } = metadata;
  if (typeof query !== 'string') return metadata;
  const primary = `${target}-primary`;
  const parts = query.split(`${target}-canary`).map((part) => part.replaceAll(target, primary));
  return { ...metadata, query: parts.join(primary) };
}
