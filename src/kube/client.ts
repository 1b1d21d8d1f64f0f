import { type Clock, pause } from '../runtime/clock.ts';
import type { PatchOptions, WriteOptions } from './cluster.ts';
import { Discovery, groupPath } from './discovery.ts';
import { ApiError } from './errors.ts';
import { dig, type JsonObject, type Kind, type KubeObject, type ObjectRef, refOf, type StringMap } from './object.ts';
import { RateLimit } from './rate-limit.ts';
import type { ApiAnswer, ApiRequest, Transport } from './transport.ts';

export interface ClientOptions {
  readonly clock: Clock;
  /** Requests per second and at once; default 100 and 250, as the reference. */
  readonly qps?: number;
  readonly burst?: number;
  readonly userAgent?: string;
  /** Under which name writes are noted in `managedFields`; default `flagger`. */
  readonly fieldManager?: string;
  /** Called with every answer, for metrics. */
  readonly onAnswer?: (verb: string, status: number) => void;
}

/** One page, or all pages, of a collection. */
export interface ObjectList {
  readonly resourceVersion: string;
  readonly items: readonly KubeObject[];
}

const TRIES = 5;
const LONGEST_WAIT_MS = 30_000;
const PAGE = 500;
const FIELD_MANAGER = 'flagger';

const metadataAccept = 'application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1,application/json';
const metadataListAccept = 'application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1,application/json';
const patchTypes = {
  merge: 'application/merge-patch+json',
  strategic: 'application/strategic-merge-patch+json',
  json: 'application/json-patch+json',
  apply: 'application/apply-patch+yaml',
} as const;

/** Plain JSON in and out, by kind and name. Everything rejects with `ApiError`; unknown fields survive. */
export class Client {
  readonly discovery: Discovery;
  readonly #transport: Transport;
  readonly #options: ClientOptions;
  readonly #limit: RateLimit;

  constructor(transport: Transport, options: ClientOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#limit = new RateLimit(options.clock, options.qps ?? 100, options.burst ?? 250);
    this.discovery = new Discovery({ send: (request) => this.#send('discover', request) }, options.clock);
  }

  async get(ref: ObjectRef, signal?: AbortSignal): Promise<KubeObject> {
    return this.#call('get', { method: 'GET', path: await this.#path(ref, ref.namespace, ref.name), ...given(signal) });
  }

  /** The whole collection, or what of it carries the `labels`, read in pages of 500. */
  async list(
    kind: Kind,
    options: {
      readonly namespace?: string | undefined;
      readonly labels?: StringMap;
      readonly metadataOnly?: boolean;
      readonly signal?: AbortSignal;
    } = {},
  ): Promise<ObjectList> {
    const path = await this.#path(kind, options.namespace);
    const items: KubeObject[] = [];
    let next = '';
    for (;;) {
      const query = `?limit=${PAGE}${selecting(options.labels)}${next ? `&continue=${encodeURIComponent(next)}` : ''}`;
      const list = await this.#call('list', {
        method: 'GET',
        path: path + query,
        headers: options.metadataOnly ? { accept: metadataListAccept } : {},
        ...given(options.signal),
      });
      const page = dig(list, 'items');
      for (const item of Array.isArray(page) ? page : []) items.push(typed(item, kind));
      const token = dig(list, 'metadata', 'continue');
      if (typeof token !== 'string' || token === '') {
        return { resourceVersion: String(dig(list, 'metadata', 'resourceVersion') ?? ''), items };
      }
      next = token;
    }
  }

  /** Streams changes from a version on, one JSON event a line. Resolves with the HTTP status when the stream ends. */
  async watch(
    kind: Kind,
    options: {
      readonly namespace?: string | undefined;
      readonly metadataOnly?: boolean;
      readonly resourceVersion: string;
      readonly timeoutSeconds: number;
      readonly signal: AbortSignal;
    },
    onLine: (line: string) => void,
  ): Promise<number> {
    const query = new URLSearchParams({
      watch: '1',
      allowWatchBookmarks: 'true',
      resourceVersion: options.resourceVersion,
      timeoutSeconds: String(options.timeoutSeconds),
    });
    const path = `${await this.#path(kind, options.namespace)}?${query}`;
    const headers = { ...this.#headers(), ...(options.metadataOnly ? { accept: metadataAccept } : {}) };
    return this.#transport.stream({ method: 'GET', path, headers, signal: options.signal }, onLine);
  }

  async create(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const path = await this.#path(object, object.metadata.namespace);
    return this.#call('create', {
      method: 'POST',
      path: path + this.#query(options),
      ...json(object),
      ...given(options.signal),
    });
  }

  async update(object: KubeObject, options: WriteOptions = {}): Promise<KubeObject> {
    const ref = refOf(object);
    const path = await this.#path(ref, ref.namespace, ref.name);
    return this.#call('update', {
      method: 'PUT',
      path: path + this.#query(options),
      ...json(object),
      ...given(options.signal),
    });
  }

  /** `force`: an apply takes over fields that others own, instead of being refused. */
  async patch(
    ref: ObjectRef,
    patch: JsonObject | readonly JsonObject[],
    options: PatchOptions & { readonly force?: boolean } = {},
  ): Promise<KubeObject> {
    const path = await this.#path(ref, ref.namespace, ref.name, options.subresource);
    const headers = { 'content-type': patchTypes[options.type ?? 'merge'] };
    const query = this.#query(options) + (options.force ? '&force=true' : '');
    const request = { method: 'PATCH', path: path + query, headers, body: JSON.stringify(patch) } as const;
    return this.#call('patch', { ...request, ...given(options.signal) });
  }

  /**
   * The object as it is while finalizers or a grace period hold it; `undefined` when it is gone. `orphan` spares what the
   * object owns.
   */
  async delete(
    ref: ObjectRef,
    options: WriteOptions & { readonly uid?: string; readonly orphan?: boolean } = {},
  ): Promise<KubeObject | undefined> {
    const path = await this.#path(ref, ref.namespace, ref.name);
    const body = {
      propagationPolicy: options.orphan ? 'Orphan' : 'Background',
      ...(options.uid ? { preconditions: { uid: options.uid } } : {}),
      ...(options.dryRun ? { dryRun: ['All'] } : {}),
    };
    const left = await this.#call('delete', { method: 'DELETE', path, ...json(body), ...given(options.signal) });
    return isHeld(left) ? left : undefined;
  }

  close(): Promise<void> {
    return this.#transport.close();
  }

  async #path(kind: Kind, namespace?: string, name?: string, subresource?: string): Promise<string> {
    const resource = await this.discovery.resource(kind);
    if (!resource) {
      const message = `the API server has no kind ${kind.kind} in ${kind.apiVersion}`;
      throw new ApiError(message, { code: 404, reason: 'KindNotServed' });
    }
    const scope = resource.namespaced && namespace ? `/namespaces/${encodeURIComponent(namespace)}` : '';
    const rest = [resource.plural, name, subresource].filter((part) => part !== undefined).map(encodeURIComponent);
    return `${groupPath(kind.apiVersion)}${scope}/${rest.join('/')}`;
  }

  async #call(verb: string, request: ApiRequest): Promise<KubeObject> {
    const answer = await this.#send(verb, request);
    if (answer.status >= 200 && answer.status < 300) return JSON.parse(answer.body) as KubeObject;
    throw refusal(answer);
  }

  /** Tries again what may work a moment later: busy and failing servers, and lost connections where nothing was changed. */
  async #send(verb: string, request: ApiRequest): Promise<ApiAnswer> {
    for (let attempt = 1; ; attempt++) {
      await this.#limit.take(request.signal);
      const outcome = await this.#attempt(verb, request);
      const wait = attempt < TRIES ? retryDelay(request, outcome, attempt) : undefined;
      if (wait === undefined) {
        if (outcome instanceof ApiError) throw outcome;
        return outcome;
      }
      await pause(this.#options.clock, wait, request.signal);
      if (request.signal?.aborted) throw outcome instanceof ApiError ? outcome : refusal(outcome);
    }
  }

  async #attempt(verb: string, request: ApiRequest): Promise<ApiAnswer | ApiError> {
    try {
      const headers = { ...this.#headers(), ...request.headers };
      const answer = await this.#transport.send({ ...request, headers });
      this.#options.onAnswer?.(verb, answer.status);
      return answer;
    } catch (error) {
      this.#options.onAnswer?.(verb, 0);
      if (error instanceof ApiError) return error;
      throw error;
    }
  }

  #query(options: WriteOptions): string {
    const manager = encodeURIComponent(this.#options.fieldManager ?? FIELD_MANAGER);
    return `?fieldManager=${manager}${options.dryRun ? '&dryRun=All' : ''}`;
  }

  #headers(): Record<string, string> {
    return { accept: 'application/json', 'user-agent': this.#options.userAgent ?? `${FIELD_MANAGER}/sluice` };
  }
}

function given(signal: AbortSignal | undefined): { signal?: AbortSignal } {
  return signal ? { signal } : {};
}

function json(body: unknown): { headers: Record<string, string>; body: string } {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}

/** Whether what a deletion answers is an object that goes on for now; otherwise it is a Status, or what was deleted. */
function isHeld(answer: KubeObject): boolean {
  const finalizers = dig(answer, 'metadata', 'finalizers');
  const grace = dig(answer, 'metadata', 'deletionGracePeriodSeconds');
  const waits = (Array.isArray(finalizers) && finalizers.length > 0) || (typeof grace === 'number' && grace > 0);
  return waits && dig(answer, 'metadata', 'deletionTimestamp') !== undefined;
}

/** Items of a list come without kind and version. */
function typed(item: unknown, kind: Kind): KubeObject {
  return { ...(item as KubeObject), apiVersion: kind.apiVersion, kind: kind.kind };
}

function retryDelay(request: ApiRequest, outcome: ApiAnswer | ApiError, attempt: number): number | undefined {
  if (request.signal?.aborted) return undefined;
  const backOff = Math.min(100 * 2 ** (attempt - 1), LONGEST_WAIT_MS);
  if (outcome instanceof ApiError) return request.method === 'GET' || request.method === 'PUT' ? backOff : undefined;
  const asked = Number(outcome.headers['retry-after']);
  const wait = asked > 0 ? Math.min(asked * 1000, LONGEST_WAIT_MS) : backOff;
  if (outcome.status === 429) return wait;
  // A failing server may have done a POST or PATCH before it failed; only what can be repeated is.
  const repeatable = request.method !== 'POST' && request.method !== 'PATCH';
  return outcome.status >= 500 && (repeatable || asked > 0) ? wait : undefined;
}

function refusal(answer: ApiAnswer): ApiError {
  const status = parsed(answer.body);
  const causes = dig(status, 'details', 'causes');
  const seconds = Number(dig(status, 'details', 'retryAfterSeconds') ?? answer.headers['retry-after']);
  return new ApiError(String(dig(status, 'message') ?? `the API server answered ${answer.status}`), {
    code: answer.status,
    reason: String(dig(status, 'reason') ?? reasonOf(answer.status)),
    causes: Array.isArray(causes) ? causes : [],
    retryAfterMs: seconds > 0 ? seconds * 1000 : undefined,
  });
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function reasonOf(status: number): string {
  return status === 404 ? 'NotFound' : status === 409 ? 'Conflict' : status === 410 ? 'Expired' : 'Unknown';
}

function selecting(labels: StringMap = {}): string {
  const pairs = Object.entries(labels).map(([key, value]) => `${key}=${value}`);
  return pairs.length > 0 ? `&labelSelector=${encodeURIComponent(pairs.join())}` : '';
}
