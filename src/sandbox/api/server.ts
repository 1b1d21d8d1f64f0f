import type { KubeObject } from '../../kube/object.ts';
import type { Clock } from '../../runtime/clock.ts';
import { Catalog } from './catalog.ts';
import { runCrdController } from './crd-controller.ts';
import type { Engine } from './engine.ts';
import { type Answer, jsonAnswer, type ServerRequest, type StreamAnswer } from './exchange.ts';
import { runGarbageCollector } from './garbage.ts';
import { BUILTIN_RESOURCES } from './kinds/all.ts';
import { runNamespaceController } from './namespace-controller.ts';
import { answerOther } from './other-paths.ts';
import { routeOf } from './route.ts';
import { seedObjects } from './seed.ts';
import { StatusError } from './status-error.ts';
import { Store } from './store.ts';
import { answerObject, type VerbContext, verbOf } from './verbs.ts';

/** A request after its answer was decided. */
export interface SeenRequest {
  readonly method: string;
  readonly path: string;
  /** Kubernetes verb (`get`, `list`, `watch`, `create`, …); the HTTP method in lower case outside of resources. */
  readonly verb: string;
  /** Plural with subresource (`deployments/scale`), or empty. */
  readonly resource: string;
  readonly group: string;
  readonly namespace: string | undefined;
  readonly name: string | undefined;
  readonly userAgent: string;
  readonly status: number;
}

export interface ApiServerOptions {
  readonly clock: Clock;
  /** How often watches that allow it get a bookmark, default 60 s. */
  readonly bookmarkIntervalMs?: number;
  /** Past changes that each collection remembers for watches, default 1000. */
  readonly eventRing?: number;
  /** Objects to begin with, besides the usual namespaces. */
  readonly seed?: readonly KubeObject[];
  /** Whether owner references are acted upon, default true. */
  readonly garbageCollection?: boolean;
}

/** An API server in memory. Answers are decided synchronously. */
export interface ApiServer {
  handle(request: ServerRequest): Answer | StreamAnswer;
  /** Calls `listener` for each request with its status. Returns the way to stop. */
  onRequest(listener: (request: SeenRequest) => void): () => void;
  /** Lets `answer` answer requests instead of the server; `undefined` leaves them to it. Returns the way to stop. */
  intercept(answer: (request: ServerRequest) => Answer | undefined): () => void;
  /** Ends all running watches. */
  cutWatches(): void;
  /** Forgets past changes: watches and pages from before get 410. */
  compact(): void;
  /** The present revision, the highest `resourceVersion` so far. */
  revision(): number;
}

const DEFAULT_BOOKMARK_MS = 60_000;
const DEFAULT_RING = 1000;

/** Makes an API server that holds its objects in memory and takes all time from the clock. */
export function createApiServer(options: ApiServerOptions): ApiServer {
  const engine: Engine = {
    store: new Store(options.eventRing ?? DEFAULT_RING),
    catalog: new Catalog(BUILTIN_RESOURCES),
    clock: options.clock,
  };
  runCrdController(engine);
  runNamespaceController(engine);
  if (options.garbageCollection !== false) runGarbageCollector(engine);
  seedObjects(engine, options.seed ?? []);

  const streams = new Set<() => void>();
  const listeners = new Set<(request: SeenRequest) => void>();
  const interceptors = new Set<(request: ServerRequest) => Answer | undefined>();
  const context: VerbContext = {
    engine,
    bookmarkIntervalMs: options.bookmarkIntervalMs ?? DEFAULT_BOOKMARK_MS,
    register(end) {
      streams.add(end);
      return () => streams.delete(end);
    },
  };

  const answer = (request: ServerRequest): Answer | StreamAnswer =>
    guarded(() => {
      for (const intercept of interceptors) {
        const injected = intercept(request);
        if (injected) return injected;
      }
      return dispatch(context, request);
    });

  return {
    handle(request) {
      const result = answer(request);
      for (const listener of listeners) listener(seen(engine, request, result.status));
      return result;
    },
    onRequest(listener) {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    intercept(fn) {
      interceptors.add(fn);
      return () => interceptors.delete(fn);
    },
    cutWatches() {
      for (const end of [...streams]) end();
    },
    compact: () => engine.store.compact(),
    revision: () => engine.store.revision,
  };
}

function pathOf(request: ServerRequest): { readonly path: string; readonly params: URLSearchParams } {
  const mark = request.path.indexOf('?');
  if (mark < 0) return { path: request.path, params: new URLSearchParams() };
  return { path: request.path.slice(0, mark), params: new URLSearchParams(request.path.slice(mark + 1)) };
}

function dispatch(context: VerbContext, request: ServerRequest): Answer | StreamAnswer {
  const { path, params } = pathOf(request);
  const route = routeOf(path, context.engine.catalog);
  if (route.to === 'object') return answerObject(context, request, route.target, params);
  return answerOther(context.engine, request, route);
}

/** Turns a refusal into its answer. Anything else is a defect and answers 500, so that the process goes on. */
function guarded(act: () => Answer | StreamAnswer): Answer | StreamAnswer {
  try {
    return act();
  } catch (error) {
    const failure =
      error instanceof StatusError
        ? error
        : new StatusError(
            500,
            'InternalError',
            `Internal error occurred: ${error instanceof Error ? error.message : error}`,
          );
    const wait = failure.body.details?.retryAfterSeconds;
    return jsonAnswer(failure.code, failure.body, wait === undefined ? {} : { 'retry-after': String(wait) });
  }
}

function seen(engine: Engine, request: ServerRequest, status: number): SeenRequest {
  const { path, params } = pathOf(request);
  const route = routeOf(path, engine.catalog);
  const target = route.to === 'object' ? route.target : undefined;
  const sub = target?.subresource === undefined ? '' : `/${target.subresource}`;
  return {
    method: request.method,
    path: request.path,
    verb: target ? verbOf(request.method, target, params) : request.method.toLowerCase(),
    resource: target ? `${target.resource.plural}${sub}` : '',
    group: target?.resource.group ?? '',
    namespace: target?.namespace,
    name: target?.name,
    userAgent: request.headers['user-agent'] ?? '',
    status,
  };
}
