/** A refusal by the API server, with what its Status object said. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  /** HTTP status code; 0 when no answer came. */
  readonly code: number;
  /** Machine-readable reason, such as `NotFound`, `AlreadyExists`, `Conflict`, `Expired`, `Invalid`. */
  readonly reason: string;
  readonly causes: readonly { readonly reason?: string; readonly message?: string; readonly field?: string }[];
  /** From `Retry-After`, when the server gave it. */
  readonly retryAfterMs: number | undefined;

  constructor(
    message: string,
    init: {
      code: number;
      reason: string;
      causes?: ApiError['causes'];
      retryAfterMs?: number | undefined;
      cause?: unknown;
    },
  ) {
    super(message, { cause: init.cause });
    this.code = init.code;
    this.reason = init.reason;
    this.causes = init.causes ?? [];
    this.retryAfterMs = init.retryAfterMs;
  }

  static is(error: unknown, reason?: string): error is ApiError {
    return error instanceof ApiError && (reason === undefined || error.reason === reason);
  }
}
