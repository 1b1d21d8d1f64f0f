import { ApiError } from '../errors.ts';
import type { ApiAnswer, ApiRequest, Transport } from '../transport.ts';

/** What a test wants as the answer: a status with a JSON body, or an error for a lost connection. */
export type Scripted = { readonly status: number; readonly body?: unknown; readonly headers?: ApiAnswer['headers'] };

/** A lost connection. */
export function lost(): ApiError {
  return new ApiError('connection lost', { code: 0, reason: 'NoAnswer' });
}

/**
 * A transport that answers as told. Discovery of `v1` (ConfigMaps, Namespaces) and `apps/v1` (Deployments) is built in and
 * not recorded.
 */
export class ScriptedTransport implements Transport {
  readonly requests: ApiRequest[] = [];
  readonly #answer: (request: ApiRequest, nth: number) => Scripted | ApiError;

  constructor(answer: (request: ApiRequest, nth: number) => Scripted | ApiError) {
    this.#answer = answer;
  }

  async send(request: ApiRequest): Promise<ApiAnswer> {
    const document = documents[request.path];
    if (document) return { status: 200, headers: {}, body: JSON.stringify(document) };
    this.requests.push(request);
    const answer = this.#answer(request, this.requests.length);
    if (answer instanceof ApiError) throw answer;
    const body = typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body ?? {});
    return { status: answer.status, headers: answer.headers ?? {}, body };
  }

  async stream(request: ApiRequest, onLine: (line: string) => void): Promise<number> {
    const answer = await this.send(request);
    for (const line of answer.body.split('\n')) onLine(line);
    return answer.status;
  }

  async close(): Promise<void> {}
}

const documents: Readonly<Record<string, unknown>> = {
  '/api/v1': {
    kind: 'APIResourceList',
    resources: [
      { name: 'configmaps', kind: 'ConfigMap', namespaced: true },
      { name: 'namespaces', kind: 'Namespace', namespaced: false },
      { name: 'namespaces/status', kind: 'Namespace', namespaced: false },
    ],
  },
  '/apis/apps/v1': {
    kind: 'APIResourceList',
    resources: [
      { name: 'deployments', kind: 'Deployment', namespaced: true },
      { name: 'deployments/scale', kind: 'Scale', namespaced: true },
    ],
  },
};
