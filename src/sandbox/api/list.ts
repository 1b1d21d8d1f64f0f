import type { KubeObject } from '../../kube/object.ts';
import type { Engine } from './engine.ts';
import { isFields } from './fields.ts';
import type { ListQuery } from './query.ts';
import type { Target } from './resource.ts';
import { badRequest, expired, StatusError } from './status-error.ts';

/** A page of a collection, in the version of the request and ordered by namespace and name. */
export interface Page {
  readonly items: readonly KubeObject[];
  readonly metadata: {
    readonly resourceVersion: string;
    readonly continue?: string;
    readonly remainingItemCount?: number;
  };
}

interface Position {
  /** -1 goes on with the present state, after a token whose own state is forgotten. */
  readonly revision: number;
  readonly after: string;
}

function encode(position: Position): string {
  const text = JSON.stringify({ v: 'meta.k8s.io/v1', rv: position.revision, start: position.after });
  return Buffer.from(text).toString('base64url');
}

function decode(token: string): Position {
  try {
    const value: unknown = JSON.parse(Buffer.from(token, 'base64url').toString('utf8'));
    if (isFields(value) && typeof value['rv'] === 'number' && typeof value['start'] === 'string') {
      return { revision: value['rv'], after: value['start'] };
    }
  } catch {
    // told below, like any other unreadable token
  }
  throw badRequest('invalid continue token: continue key is not valid: the token is unreadable');
}

const PAGE_EXPIRED =
  'The provided continue parameter is too old to display a consistent list result. You can start a new list without ' +
  'the continue parameter, or use the continue token in this response to retrieve the remainder of the results. ' +
  'Continuing with the provided token results in an inconsistent list - objects that were created, modified, or deleted ' +
  'between the time the first chunk was returned and now may show up in the list.';

/** 504, as the API server answers when a version is asked for that it hasn't reached. */
export function tooLargeVersion(wanted: number, current: number): StatusError {
  const cause = { reason: 'ResourceVersionTooLarge', message: 'Too large resource version' };
  const message = `Timeout: Too large resource version: ${wanted}, current: ${current}`;
  return new StatusError(504, 'Timeout', message, { causes: [cause], retryAfterSeconds: 1 });
}

/** 410 for a version whose history is forgotten. */
export function tooOldVersion(wanted: number, oldest: number): StatusError {
  return expired(`too old resource version: ${wanted} (${oldest})`);
}

interface Snapshot extends Position {
  readonly objects: ReadonlyMap<string, KubeObject>;
}

function snapshot({ store }: Engine, collection: string, query: ListQuery): Snapshot {
  if (query.continueToken !== '') return continued(store, collection, query);
  const wanted = Number(query.resourceVersion);
  if (wanted > store.revision) throw tooLargeVersion(wanted, store.revision);
  const exact = query.match === 'Exact' || (query.match === '' && query.limit > 0 && wanted > 0);
  if (!exact) return { objects: store.all(collection), revision: store.revision, after: '' };
  const objects = store.at(collection, wanted);
  if (!objects) throw expired(`The resourceVersion for the provided list is too old.`);
  return { objects, revision: wanted, after: '' };
}

function continued(store: Engine['store'], collection: string, query: ListQuery): Snapshot {
  if (query.resourceVersion !== '' && query.resourceVersion !== '0') {
    throw badRequest('specifying resource version is not allowed when using continue');
  }
  const { revision, after } = decode(query.continueToken);
  if (revision < 0) return { objects: store.all(collection), revision: store.revision, after };
  const objects = store.at(collection, revision);
  if (!objects) throw expired(PAGE_EXPIRED, encode({ revision: -1, after }));
  return { objects, revision, after };
}

/** Lists a collection by the rules for `resourceVersion`, `limit` and `continue`. @throws StatusError */
export function listPage(engine: Engine, { resource }: Target, query: ListQuery): Page {
  const { objects, revision, after } = snapshot(engine, resource.collection, query);
  const chosen = [...objects]
    .map(([key, stored]) => ({ key, object: resource.fromStored(stored) }))
    .filter(({ key, object }) => key > after && query.selected(object))
    .sort((left, right) => (left.key < right.key ? -1 : 1));
  // version 0 is answered from memory in one piece, whatever the limit
  const limit = query.resourceVersion === '0' && query.continueToken === '' ? 0 : query.limit;
  const page = limit > 0 ? chosen.slice(0, limit) : chosen;
  const last = page.at(-1);
  const left = chosen.length - page.length;
  const items = page.map(({ object }) => object);
  if (left === 0 || !last) return { items, metadata: { resourceVersion: String(revision) } };
  return {
    items,
    metadata: {
      resourceVersion: String(revision),
      continue: encode({ revision, after: last.key }),
      ...(query.selective ? {} : { remainingItemCount: left }),
    },
  };
}
