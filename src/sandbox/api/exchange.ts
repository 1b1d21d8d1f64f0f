/** A request as it reaches the server. `path` holds the query string too; header names are in lower case. */
export interface ServerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** A complete answer. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/** An answer that goes on: a watch. Nothing is sent before somebody subscribes. */
export interface StreamAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /**
   * Starts the stream. Lines come without their line feed, the first ones during the call itself; `onEnd` is called at
   * most once, when the server ends the stream. The returned function ends it from the other side.
   */
  subscribe(onLine: (line: string) => void, onEnd: () => void): () => void;
}

export function isStream(answer: Answer | StreamAnswer): answer is StreamAnswer {
  return 'subscribe' in answer;
}

/** A JSON answer. */
export function jsonAnswer(status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Answer {
  return { status, headers: { 'content-type': 'application/json', ...headers }, body: JSON.stringify(body) };
}

/** A plain text answer. */
export function textAnswer(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8' }, body };
}
