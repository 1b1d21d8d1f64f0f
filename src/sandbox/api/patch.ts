import { mediaType } from './content.ts';
import { decodeObject } from './decode.ts';
import type { Engine } from './engine.ts';
import { fieldsIn, isFields } from './fields.ts';
import { jsonPatch } from './patch-json.ts';
import { mergePatch } from './patch-merge.ts';
import { strategicMergePatch } from './patch-strategic.ts';
import type { Resource, Target } from './resource.ts';
import { badRequest, invalid, invalidValue, unsupportedMediaType } from './status-error.ts';
import { readObject, replaceObject, type WriteOptions, type Written } from './write.ts';

export const MERGE = 'application/merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';

/** Applies a patch body to any JSON by the rules of its media type. @throws StatusError 400, 415, 422 */
export function patched(target: unknown, patch: unknown, contentType: string | undefined, resource: Resource): unknown {
  const accepted = resource.custom ? [JSON_PATCH, MERGE] : [JSON_PATCH, MERGE, STRATEGIC];
  const type = mediaType(contentType);
  if (!accepted.includes(type)) throw unsupportedMediaType(accepted);
  if (type === JSON_PATCH) return jsonPatch(target, patch);
  if (!isFields(patch)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal array into Go value of type map[string]interface {}',
    );
  }
  return type === STRATEGIC ? strategicMergePatch(target, patch, resource.kind) : mergePatch(target, patch);
}

/** PATCH of an object or its status. @throws StatusError */
export function patchObject(
  engine: Engine,
  target: Target,
  patch: unknown,
  contentType: string | undefined,
  options: WriteOptions,
): Written {
  const { resource, name = '' } = target;
  const old = readObject(engine, target);
  const result = patched(old, patch, contentType, resource);
  const meta = fieldsIn(result, 'metadata');
  if (meta?.['name'] !== name)
    throw badRequest(`the name of the object (${meta?.['name'] ?? ''}) does not match the name on the URL (${name})`);
  const version = isFields(result) ? result['apiVersion'] : undefined;
  if (version !== old.apiVersion) {
    throw invalid(resource, name, [invalidValue('apiVersion', version ?? '', `must be ${old.apiVersion}`)]);
  }
  const uid = meta?.['uid'];
  // unlike a PUT, where a foreign uid is taken for a precondition
  if (uid !== old.metadata.uid)
    throw invalid(resource, name, [invalidValue('metadata.uid', uid ?? '', 'field is immutable')]);
  return replaceObject(engine, target, old, decodeObject(result, target), options);
}
