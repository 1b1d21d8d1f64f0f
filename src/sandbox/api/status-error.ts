/** One reason among several for a refusal, bound to a field. */
export interface Cause {
  readonly reason: string;
  readonly message: string;
  /** Absent when the reason isn't about a field. */
  readonly field?: string;
}

export interface StatusDetails {
  readonly name?: string;
  readonly group?: string;
  readonly kind?: string;
  readonly uid?: string;
  readonly causes?: readonly Cause[];
  readonly retryAfterSeconds?: number;
}

/** A `v1` Status object, the body of every refusal. */
export interface StatusBody {
  readonly kind: 'Status';
  readonly apiVersion: 'v1';
  readonly metadata: { readonly continue?: string };
  readonly status: 'Success' | 'Failure';
  readonly message?: string;
  readonly reason?: string;
  readonly details?: StatusDetails;
  readonly code?: number;
}

/** What a refusal is about: the group and plural (or kind) and the name. */
export interface Subject {
  readonly group: string;
  readonly plural: string;
  readonly kind: string;
}

/** A refusal on its way to the edge, where it becomes the answer. */
export class StatusError extends Error {
  override readonly name = 'StatusError';
  readonly body: StatusBody;
  readonly code: number;

  constructor(
    code: number,
    reason: string,
    message: string,
    details?: StatusDetails,
    metadata: StatusBody['metadata'] = {},
  ) {
    super(message);
    this.code = code;
    this.body = {
      kind: 'Status',
      apiVersion: 'v1',
      metadata,
      status: 'Failure',
      message,
      ...(reason === '' ? {} : { reason }),
      ...(details === undefined ? {} : { details }),
      code,
    };
  }
}

/** `deployments.apps`, or only the plural for the core group. */
export function qualified(group: string, name: string): string {
  return group === '' ? name : `${name}.${group}`;
}

function about(subject: Subject, name: string): StatusDetails {
  return { name, ...(subject.group === '' ? {} : { group: subject.group }), kind: subject.plural };
}

export function notFound(subject: Subject, name: string): StatusError {
  const message = `${qualified(subject.group, subject.plural)} "${name}" not found`;
  return new StatusError(404, 'NotFound', message, about(subject, name));
}

export function alreadyExists(subject: Subject, name: string): StatusError {
  const message = `${qualified(subject.group, subject.plural)} "${name}" already exists`;
  return new StatusError(409, 'AlreadyExists', message, about(subject, name));
}

/** Text of a conflict by an outdated `resourceVersion`. */
export const OUTDATED = 'the object has been modified; please apply your changes to the latest version and try again';

export function conflict(subject: Subject, name: string, why: string = OUTDATED): StatusError {
  const message = `Operation cannot be fulfilled on ${qualified(subject.group, subject.plural)} "${name}": ${why}`;
  return new StatusError(409, 'Conflict', message, about(subject, name));
}

export function forbidden(subject: Subject, name: string, why: string, causes: readonly Cause[] = []): StatusError {
  const message = `${qualified(subject.group, subject.plural)} "${name}" is forbidden: ${why}`;
  const details = { ...about(subject, name), ...(causes.length === 0 ? {} : { causes }) };
  return new StatusError(403, 'Forbidden', message, details);
}

/** 422, with the causes joined the way the Go implementation prints an aggregate. */
export function invalid(subject: Pick<Subject, 'group' | 'kind'>, name: string, causes: readonly Cause[]): StatusError {
  // a text that several causes share is told once
  const texts = [...new Set(causes.map((cause) => `${cause.field}: ${cause.message}`))];
  const joined = texts.length === 1 ? texts[0] : `[${texts.join(', ')}]`;
  const message = `${qualified(subject.group, subject.kind)} "${name}" is invalid: ${joined}`;
  const details = {
    ...(name === '' ? {} : { name }),
    ...(subject.group === '' ? {} : { group: subject.group }),
    kind: subject.kind,
    causes,
  };
  return new StatusError(422, 'Invalid', message, details);
}

export function badRequest(message: string): StatusError {
  return new StatusError(400, 'BadRequest', message);
}

export function methodNotAllowed(): StatusError {
  const message = 'the server does not allow this method on the requested resource';
  return new StatusError(405, 'MethodNotAllowed', message, {});
}

/** The JSON answer for a path inside of a built-in group that leads nowhere. */
export function noSuchResource(): StatusError {
  return new StatusError(404, 'NotFound', 'the server could not find the requested resource', {});
}

export function unsupportedMediaType(accepted: readonly string[]): StatusError {
  const message = `the body of the request was in an unknown format - accepted media types include: ${accepted.join(', ')}`;
  return new StatusError(415, 'UnsupportedMediaType', message);
}

/** 410: the history that would be needed is gone. */
export function expired(message: string, continueToken?: string): StatusError {
  return new StatusError(
    410,
    'Expired',
    message,
    undefined,
    continueToken === undefined ? {} : { continue: continueToken },
  );
}

export function required(field: string, detail = ''): Cause {
  return {
    reason: 'FieldValueRequired',
    message: detail === '' ? 'Required value' : `Required value: ${detail}`,
    field,
  };
}

export function invalidValue(field: string, value: unknown, detail: string): Cause {
  return { reason: 'FieldValueInvalid', message: `Invalid value: ${JSON.stringify(value)}: ${detail}`, field };
}

export function unsupportedValue(field: string, value: unknown, supported: readonly unknown[]): Cause {
  const list = supported.map((item) => JSON.stringify(item)).join(', ');
  const message = `Unsupported value: ${JSON.stringify(value)}: supported values: ${list}`;
  return { reason: 'FieldValueNotSupported', message, field };
}

export function forbiddenField(field: string, detail: string): Cause {
  return { reason: 'FieldValueForbidden', message: `Forbidden: ${detail}`, field };
}

export function duplicateValue(field: string, value: unknown): Cause {
  return { reason: 'FieldValueDuplicate', message: `Duplicate value: ${JSON.stringify(value)}`, field };
}
