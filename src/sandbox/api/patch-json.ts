import { applyPatch, type Operation } from 'rfc6902';
import { copyJson, isFields } from './fields.ts';
import { badRequest, StatusError } from './status-error.ts';

const VERBS = new Set(['add', 'remove', 'replace', 'move', 'copy', 'test']);

function isOperation(value: unknown): value is Operation {
  return isFields(value) && VERBS.has(String(value['op'])) && typeof value['path'] === 'string';
}

/** The API server doesn't tell which operation failed. */
function unprocessable(cause?: Error): StatusError {
  const error = new StatusError(422, 'Invalid', 'the server rejected our request due to an error in our request', {});
  if (cause) error.cause = cause;
  return error;
}

/**
 * JSON patch (RFC 6902), all or nothing.
 * @throws StatusError 400 when the patch is no list, 422 when an operation is unknown or fails
 */
export function jsonPatch(target: unknown, patch: unknown): unknown {
  if (!Array.isArray(patch)) {
    throw badRequest(
      'error decoding patch: json: cannot unmarshal object into Go value of type []handlers.jsonPatchOp',
    );
  }
  if (!patch.every(isOperation)) throw unprocessable();
  const result = copyJson(target);
  // applyPatch puts the values of the patch into the result, so they are copied as well
  const failed = applyPatch(result, copyJson(patch)).find((error) => error !== null);
  if (failed) throw unprocessable(failed);
  return result;
}
