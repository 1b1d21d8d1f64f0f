import { parse as parseYaml } from 'yaml';
import type { ServerRequest } from './exchange.ts';
import { duplicateFields } from './json-duplicates.ts';
import { badRequest, StatusError, unsupportedMediaType } from './status-error.ts';

/** In which form objects are answered. */
export type Form = 'object' | 'table' | 'partial';

const JSON_TYPES = new Set(['application/json', 'application/*', '*/*', '']);

/** The media type without parameters, in lower case. */
export function mediaType(header: string | undefined): string {
  return (header ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? '';
}

/**
 * The first form in `Accept` that the server has. Protobuf and other encodings are passed over.
 * @throws StatusError 406 when nothing fits
 */
export function acceptedForm(accept: string | undefined): Form {
  for (const clause of (accept ?? '').split(',')) {
    if (!JSON_TYPES.has(mediaType(clause))) continue;
    const as = /;\s*as=([A-Za-z]+)/.exec(clause)?.[1];
    if (as === undefined) return 'object';
    if (as === 'Table') return 'table';
    if (as === 'PartialObjectMetadata' || as === 'PartialObjectMetadataList') return 'partial';
  }
  throw new StatusError(406, 'NotAcceptable', '406: Not Acceptable\n\nAvailable representations: application/json');
}

/** The body as JSON; `undefined` when it is empty. @throws StatusError 400 or 415 */
export function parseBody(request: ServerRequest): unknown {
  const text = request.body ?? '';
  const type = mediaType(request.headers['content-type']);
  if (type === 'application/yaml') return parse(text, (source) => parseYaml(source, { version: '1.1' }));
  if (type !== '' && type !== 'application/json' && !type.endsWith('+json')) {
    throw unsupportedMediaType(['application/json', 'application/yaml']);
  }
  return text.trim() === '' ? undefined : parse(text, JSON.parse);
}

/** Fields that a JSON body holds twice. */
export function duplicatesIn(request: ServerRequest): readonly string[] {
  const text = request.body ?? '';
  const yaml = mediaType(request.headers['content-type']) === 'application/yaml';
  return yaml || text.trim() === '' ? [] : duplicateFields(text);
}

function parse(text: string, read: (text: string) => unknown): unknown {
  try {
    return read(text);
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badRequest(`the object provided is unrecognized (must be of type Object): couldn't get version/kind: ${why}`);
  }
}
