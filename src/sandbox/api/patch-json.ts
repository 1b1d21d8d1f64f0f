import { applyPatch, type Operation } from 'rfc6902';
import { copyJson, isFields } from './fields.ts';
import { badRequest, StatusError } from './status-error.ts';

const VERBS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

function isOperation(value: unknown): value is Operation {
  return isFields(value) && VERBS.has(String(value['op'])) && typeof value['path'] === 'string';
}

/**
 * JSON patch (RFC 6902), all or nothing.
 * @throws StatusError 400 when the patch can't be read, 422 when an operation fails
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) throw badRequest('json: cannot unmarshal object into Go value of type jsonpatch.Patch');
  if (!patch.every(isOperation)) throw badRequest('the JSON patch holds an unknown operation');
  const result = copyJson(target);
  // applyPatch puts the values of the patch into the result, so they are copied as well
  const failed = applyPatch(result, copyJson(patch)).find((error) => error !== null);
  if (failed)
    throw new StatusError(
      422,
      'Invalid',
      `the server rejected our request due to an error in our request: ${failed.message}`,
      {},
    );
  return result;
}
