/** An outgoing request to something that isn't the API server: a webhook, a chat service, a metric backend. */
export interface HttpRequest {
  readonly method: 'GET' | 'POST' | 'PUT' | 'HEAD';
  readonly url: string;
  readonly headers?: Readonly<Record<string, string | readonly string[]>>;
  readonly body?: string;
  /** For the whole exchange. */
  readonly timeoutMs: number;
  /** Take any certificate. */
  readonly insecure?: boolean;
  /** A proxy for this request, `''` for none; otherwise the environment's (`HTTPS_PROXY`, `NO_PROXY` …). */
  readonly proxy?: string;
  readonly signal?: AbortSignal;
}

export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** Cut at 1 MiB. */
  readonly body: string;
}

/** No answer came. The message never holds credentials: neither headers nor the user part of the URL. */
export class HttpFailure extends Error {
  override readonly name = 'HttpFailure';
  /** Whether another try may help: a refused or lost connection, a time-out; not a bad scheme or certificate. */
  readonly retryable: boolean;
  constructor(message: string, retryable: boolean) {
    super(message);
    this.retryable = retryable;
  }
}

/** The one way out of the process besides the API server. Rejects with `HttpFailure`; an error status is an answer. */
export interface Http {
  request(request: HttpRequest): Promise<HttpAnswer>;
}
