import { randomUUID } from 'node:crypto';
import type { ApiRequest, Transport } from '../../../kube/transport.ts';
import { type Fields, fieldsIn, isFields, itemsIn, textIn, valueIn } from '../fields.ts';

export const MERGE = 'application/merge-patch+json';
export const STRATEGIC = 'application/strategic-merge-patch+json';
export const JSON_PATCH = 'application/json-patch+json';

/** An answer with its body read. */
export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
  readonly body: Fields;
}

export interface WatchEvent {
  readonly type: string;
  readonly object: Fields;
}

/** A running watch. */
export interface Watching {
  readonly events: readonly WatchEvent[];
  /** Resolves once `reached` holds for the events so far, and rejects when the watch ends before. */
  until(reached: (events: readonly WatchEvent[]) => boolean): Promise<readonly WatchEvent[]>;
  /** Resolves with the HTTP status when the server ends the watch. */
  readonly ended: Promise<number>;
  stop(): void;
}

function read(text: string): Fields {
  try {
    const value: unknown = JSON.parse(text);
    return isFields(value) ? value : {};
  } catch {
    return {};
  }
}

/** A thin client for the suite: paths in, JSON out. */
export class Client {
  #transport: Transport;

  constructor(transport: Transport) {
    this.#transport = transport;
  }

  async call(
    method: ApiRequest['method'],
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Reply> {
    const answer = await this.#transport.send({
      method,
      path,
      headers: {
        accept: 'application/json',
        'content-type': 'application/json',
        'user-agent': 'suite/1.0 (test)',
        ...headers,
      },
      ...(body === undefined ? {} : { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    return { status: answer.status, headers: answer.headers, text: answer.body, body: read(answer.body) };
  }

  get(path: string, accept?: string): Promise<Reply> {
    return this.call('GET', path, undefined, accept === undefined ? {} : { accept });
  }

  post(path: string, body: unknown): Promise<Reply> {
    return this.call('POST', path, body);
  }

  put(path: string, body: unknown): Promise<Reply> {
    return this.call('PUT', path, body);
  }

  patch(path: string, body: unknown, type = MERGE): Promise<Reply> {
    return this.call('PATCH', path, body, { 'content-type': type });
  }

  delete(path: string, body?: unknown): Promise<Reply> {
    return this.call('DELETE', path, body);
  }

  watch(path: string, accept = 'application/json'): Watching {
    const abort = new AbortController();
    const events: WatchEvent[] = [];
    const checks = new Set<() => void>();
    let over = false;
    const wake = () => {
      for (const check of [...checks]) check();
    };
    const ended = this.#transport
      .stream({ method: 'GET', path, headers: { accept, 'user-agent': 'suite/1.0' }, signal: abort.signal }, (line) => {
        const event = read(line);
        events.push({ type: textIn(event, 'type') ?? '', object: fieldsIn(event, 'object') ?? event });
        wake();
      })
      .catch(() => 0)
      .then((status) => {
        over = true;
        wake();
        return status;
      });
    return {
      events,
      ended,
      stop: () => abort.abort(),
      until: (reached) =>
        new Promise((resolve, reject) => {
          const check = () => {
            if (reached(events)) resolve(events);
            else if (over)
              reject(new Error(`the watch of ${path} ended after ${events.map(({ type }) => type).join(', ')}`));
            else return;
            checks.delete(check);
          };
          checks.add(check);
          check();
        }),
    };
  }

  /** Makes a namespace of its own for a test. */
  async namespace(): Promise<string> {
    const name = `suite-${randomUUID().slice(0, 8)}`;
    const reply = await this.post('/api/v1/namespaces', { apiVersion: 'v1', kind: 'Namespace', metadata: { name } });
    if (reply.status !== 201) throw new Error(`no namespace: ${reply.text}`);
    return name;
  }

  /** Installs a CRD in a group of its own, and waits until it is served. @returns path of the API group's version */
  async crd(options: {
    readonly schema: object;
    readonly version?: Fields;
    readonly spec?: Fields;
  }): Promise<Definition> {
    const group = `g${randomUUID().slice(0, 8)}.suite.test`;
    const crd = definition(group, options);
    const reply = await this.post(CRDS, crd);
    if (reply.status !== 201) throw new Error(`no CRD: ${reply.text}`);
    const name = `widgets.${group}`;
    const watching = this.watch(`${CRDS}?watch=true&resourceVersion=0&fieldSelector=metadata.name%3D${name}`);
    await watching.until((events) => events.some(({ object }) => isTrue(object, 'Established')));
    watching.stop();
    return { name, group, apiVersion: `${group}/v1`, base: `/apis/${group}/v1`, crd };
  }
}

export const CRDS = '/apis/apiextensions.k8s.io/v1/customresourcedefinitions';

export interface Definition {
  readonly name: string;
  readonly group: string;
  readonly apiVersion: string;
  readonly base: string;
  readonly crd: Fields;
}

/** A CRD for widgets. */
export function definition(
  group: string,
  options: { readonly schema: object; readonly version?: Fields; readonly spec?: Fields },
): Fields {
  const version = {
    name: 'v1',
    served: true,
    storage: true,
    schema: { openAPIV3Schema: options.schema },
    ...options.version,
  };
  return {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    metadata: { name: `widgets.${group}` },
    spec: {
      group,
      scope: 'Namespaced',
      names: { plural: 'widgets', kind: 'Widget', shortNames: ['wd'] },
      versions: [version],
      ...options.spec,
    },
  };
}

/** Whether a condition of the object is `True`. */
export function isTrue(object: Fields, type: string): boolean {
  return itemsIn(object, 'status', 'conditions').some(
    (condition) => valueIn(condition, 'type') === type && valueIn(condition, 'status') === 'True',
  );
}

export function configMap(name: string, data: Fields = {}, metadata: Fields = {}): Fields {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, ...metadata }, data };
}

/** The smallest deployment that is accepted. */
export function deployment(name: string, spec: Fields = {}, container: Fields = {}): Fields {
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name },
    spec: {
      selector: { matchLabels: { app: name } },
      template: {
        metadata: { labels: { app: name } },
        spec: { containers: [{ name: 'main', image: 'podinfo:1.0', ...container }] },
      },
      ...spec,
    },
  };
}

/** Names of the elements of a list. */
export function names(list: Fields): readonly (string | undefined)[] {
  return itemsIn(list, 'items').map((item) => textIn(item, 'metadata', 'name'));
}

/** Types and names of events, as `ADDED a`. */
export function told(events: readonly WatchEvent[]): readonly string[] {
  return events.map(({ type, object }) => `${type} ${textIn(object, 'metadata', 'name') ?? ''}`.trim());
}
