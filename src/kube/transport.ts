/** A request to the API server; `path` holds the query string too. Credentials are the transport's business. */
export interface ApiRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  readonly signal?: AbortSignal;
  /** Time for the whole answer, default 30 s. Streams have an inactivity timer of their own. */
  readonly timeoutMs?: number;
}

export interface ApiAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Carries requests to an API server. Two of them exist: undici over a network, and a call into an embedded server in the
 * same process, which makes tests on the virtual clock exact.
 */
export interface Transport {
  /** Rejects with an `ApiError` of code 0 when no answer came. An HTTP error status is an answer. */
  send(request: ApiRequest): Promise<ApiAnswer>;
  /**
   * A long answer, handed over line by line. Resolves with the status when the stream ends; when the status isn't 2xx,
   * the whole body goes to `onLine` in one piece.
   */
  stream(request: ApiRequest, onLine: (line: string) => void): Promise<number>;
  close(): Promise<void>;
}
