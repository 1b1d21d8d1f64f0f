import type { KubeObject } from '../../kube/object.ts';
import { acceptedForm, duplicatesIn, parseBody } from './content.ts';
import { deleteObject, deleteOptions } from './delete.ts';
import type { Engine } from './engine.ts';
import { type Answer, jsonAnswer, type ServerRequest, type StreamAnswer } from './exchange.ts';
import { listPage } from './list.ts';
import { managerName } from './managed-fields.ts';
import { patchObject } from './patch.ts';
import { flag, listQuery } from './query.ts';
import { apiVersionOf, type Target } from './resource.ts';
import { patchScale, scaleOf, writeScale } from './scale.ts';
import {
  type Cause,
  invalid,
  methodNotAllowed,
  noSuchResource,
  notFound,
  type StatusError,
  unsupportedValue,
} from './status-error.ts';
import { partialObject, tableOf } from './table.ts';
import { watchAnswer } from './watch.ts';
import { createObject, readObject, updateObject, type WriteOptions, type Written } from './write.ts';

/** What the verbs need besides the request. */
export interface VerbContext {
  readonly engine: Engine;
  readonly bookmarkIntervalMs: number;
  /** Notes a running stream; see `WatchOptions`. */
  register(end: () => void): () => void;
}

/** The Kubernetes verb of a request. */
export function verbOf(method: string, target: Target, params: URLSearchParams): string {
  const one = target.name !== undefined;
  switch (method) {
    case 'GET':
    case 'HEAD':
      if (flag(params.get('watch'))) return 'watch';
      return one ? 'get' : 'list';
    case 'POST':
      return 'create';
    case 'PUT':
      return 'update';
    case 'PATCH':
      return 'patch';
    case 'DELETE':
      return one ? 'delete' : 'deletecollection';
    default:
      return method.toLowerCase();
  }
}

/** One request to a resource, with what all verbs look at. */
interface Call {
  readonly context: VerbContext;
  readonly request: ServerRequest;
  readonly target: Target;
  readonly params: URLSearchParams;
}

/** Answers a request to a resource or an object. @throws StatusError */
export function answerObject(
  context: VerbContext,
  request: ServerRequest,
  target: Target,
  params: URLSearchParams,
): Answer | StreamAnswer {
  const call: Call = { context, request, target, params };
  checkSubresource(target);
  switch (verbOf(request.method, target, params)) {
    case 'get':
      return get(call);
    case 'list':
      return list(call);
    case 'watch':
      return watch(call);
    case 'create':
      return create(call);
    case 'update':
      return update(call);
    case 'patch':
      return patch(call);
    case 'delete':
      return remove(call);
    case 'deletecollection':
      return removeAll(call);
    default:
      throw methodNotAllowed();
  }
}

function checkSubresource({ resource, name, subresource }: Target): void {
  const known =
    subresource === undefined ||
    (subresource === 'status' && resource.status) ||
    (subresource === 'scale' && resource.scale);
  if (known) return;
  throw resource.custom ? notFound(resource, name ?? '') : noSuchResource();
}

const VALIDATIONS = ['', 'Ignore', 'Strict', 'Warn'];
const OPTION_KINDS: Readonly<Record<string, string>> = {
  POST: 'CreateOptions',
  PUT: 'UpdateOptions',
  PATCH: 'PatchOptions',
};

/** A refusal of the query options of a write. */
function optionsRefused(method: string, cause: Cause): StatusError {
  return invalid({ group: 'meta.k8s.io', kind: OPTION_KINDS[method] ?? 'DeleteOptions' }, '', [cause]);
}

function writeOptions({ request, params }: Call): WriteOptions {
  const dryRun = params.getAll('dryRun');
  if (dryRun.some((value) => value !== 'All' && value !== '')) {
    throw optionsRefused(request.method, unsupportedValue('dryRun', dryRun, ['All']));
  }
  const asked = params.get('fieldValidation') ?? '';
  if (!VALIDATIONS.includes(asked)) {
    throw optionsRefused(request.method, unsupportedValue('fieldValidation', asked, VALIDATIONS));
  }
  return {
    dryRun: dryRun.includes('All'),
    manager: managerName(params.get('fieldManager'), request.headers['user-agent']),
    fieldValidation: asked === 'Strict' || asked === 'Ignore' ? asked : 'Warn',
    duplicates: asked === 'Ignore' ? [] : duplicatesIn(request),
  };
}

function shaped({ context, request, target, params }: Call, object: KubeObject): unknown {
  const form = acceptedForm(request.headers['accept']);
  if (form === 'partial') return partialObject(object);
  if (form === 'object' || target.subresource === 'scale') return object;
  const { resourceVersion } = object.metadata;
  const include = params.get('includeObject');
  return tableOf(target.resource, [object], { resourceVersion }, context.engine.clock.now(), { header: true, include });
}

function written(call: Call, { object, warnings, created }: Written): Answer {
  // one header holds them all: a list of warning values, as HTTP allows
  const text = warnings.map((warning) => `299 - ${JSON.stringify(warning)}`).join(', ');
  return jsonAnswer(created ? 201 : 200, shaped(call, object), text === '' ? {} : { warning: text });
}

function get(call: Call): Answer {
  const { context, target } = call;
  const object = readObject(context.engine, target);
  const { scale } = target.resource;
  return jsonAnswer(200, shaped(call, target.subresource === 'scale' && scale ? scaleOf(object, scale) : object));
}

function list({ context, request, target, params }: Call): Answer {
  const { resource } = target;
  if (!resource.stored) throw methodNotAllowed();
  const form = acceptedForm(request.headers['accept']);
  const { items, metadata } = listPage(context.engine, target, listQuery(params, target));
  if (form === 'table') {
    const include = params.get('includeObject');
    return jsonAnswer(200, tableOf(resource, items, metadata, context.engine.clock.now(), { header: true, include }));
  }
  if (form === 'partial') {
    const list = {
      kind: 'PartialObjectMetadataList',
      apiVersion: 'meta.k8s.io/v1',
      metadata,
      items: items.map(partialObject),
    };
    return jsonAnswer(200, list);
  }
  // elements of built-in lists don't repeat their kind
  const plain = resource.custom ? items : items.map(({ kind: _kind, apiVersion: _version, ...rest }) => rest);
  // lists of custom resources always have the field
  const told = resource.custom ? { continue: '', ...metadata } : metadata;
  return jsonAnswer(200, { kind: resource.listKind, apiVersion: apiVersionOf(resource), metadata: told, items: plain });
}

function watch({ context, request, target, params }: Call): StreamAnswer {
  const { engine } = context;
  if (!target.resource.stored) throw methodNotAllowed();
  const form = acceptedForm(request.headers['accept']);
  let header = true;
  const include = params.get('includeObject');
  const encode = (object: KubeObject): unknown => {
    if (form === 'object') return object;
    if (form === 'partial') return partialObject(object);
    const { resourceVersion } = object.metadata;
    const table = tableOf(target.resource, [object], { resourceVersion }, engine.clock.now(), { header, include });
    header = false;
    return table;
  };
  const { bookmarkIntervalMs, register } = context;
  return watchAnswer(engine, target, listQuery(params, target), { bookmarkIntervalMs, encode, register });
}

function create(call: Call): Answer {
  const { context, request, target } = call;
  if (target.name !== undefined) throw methodNotAllowed();
  return written(call, createObject(context.engine, target, parseBody(request), writeOptions(call)));
}

function update(call: Call): Answer {
  const { context, request, target } = call;
  if (target.name === undefined) throw methodNotAllowed();
  const body = parseBody(request);
  const { scale } = target.resource;
  if (target.subresource === 'scale' && scale) {
    return written(call, writeScale(context.engine, target, scale, body, writeOptions(call)));
  }
  return written(call, updateObject(context.engine, target, body, writeOptions(call)));
}

function patch(call: Call): Answer {
  const { context, request, target } = call;
  if (target.name === undefined) throw methodNotAllowed();
  const body = parseBody(request);
  const type = request.headers['content-type'];
  const { scale } = target.resource;
  if (target.subresource === 'scale' && scale) {
    return written(call, patchScale(context.engine, target, scale, body, type, writeOptions(call)));
  }
  return written(call, patchObject(context.engine, target, body, type, writeOptions(call)));
}

function remove({ context, request, target, params }: Call): Answer {
  if (target.subresource !== undefined) throw methodNotAllowed();
  return jsonAnswer(200, deleteObject(context.engine, target, deleteOptions(parseBody(request), params)));
}

function removeAll({ context, request, target, params }: Call): Answer {
  const { engine } = context;
  const { resource } = target;
  if (!resource.stored || (resource.namespaced && target.namespace === undefined)) throw methodNotAllowed();
  const options = deleteOptions(parseBody(request), params);
  const { items, metadata } = listPage(engine, target, listQuery(params, target));
  for (const { metadata: meta } of items) deleteObject(engine, { ...target, name: meta.name }, options);
  return jsonAnswer(200, { kind: resource.listKind, apiVersion: apiVersionOf(resource), metadata, items });
}
