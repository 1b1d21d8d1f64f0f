import { ApiError } from '../../kube/errors.ts';
import type { ApiRequest, Transport } from '../../kube/transport.ts';
import { type Answer, isStream, type ServerRequest, type StreamAnswer } from './exchange.ts';
import type { ApiServer } from './server.ts';

/** Runs after the present code and all promises that are ready, as an answer from a network would. */
function later(act: () => void): void {
  setImmediate(act);
}

function noAnswer(why: string, cause?: unknown): ApiError {
  return new ApiError(why, { code: 0, reason: 'NoAnswer', cause });
}

function serverRequest(request: ApiRequest): ServerRequest {
  const headers = Object.entries(request.headers ?? {}).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    method: request.method,
    path: request.path,
    headers: Object.fromEntries(headers),
    ...(request.body === undefined ? {} : { body: request.body }),
  };
}

/** One running stream: lines wait in a queue and are handed over in order, a turn of the event loop later. */
class LineQueue {
  #lines: string[] = [];
  #ended = false;
  #scheduled = false;
  #deliver: (line: string) => void;
  #finish: () => void;

  constructor(deliver: (line: string) => void, finish: () => void) {
    this.#deliver = deliver;
    this.#finish = finish;
  }

  push(line: string): void {
    this.#lines.push(line);
    this.#schedule();
  }

  /** The stream is over once the lines so far are handed over. */
  end(): void {
    this.#ended = true;
    this.#schedule();
  }

  /** Nothing more is handed over. */
  drop(): void {
    this.#lines = [];
    this.end();
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    later(() => {
      this.#scheduled = false;
      const lines = this.#lines;
      this.#lines = [];
      for (const line of lines) this.#deliver(line);
      if (this.#ended && this.#lines.length === 0) this.#finish();
    });
  }
}

/**
 * Carries requests straight into a server of the same process. Answers come one turn of the event loop later, never
 * during the call. `close` ends all streams and refuses further requests; a stream also ends when its signal aborts.
 */
export function inProcessTransport(server: ApiServer): Transport {
  let closed = false;
  const open = new Set<() => void>();

  function call(request: ApiRequest): Answer | StreamAnswer {
    if (closed) throw noAnswer('the transport is closed');
    if (request.signal?.aborted) throw noAnswer('the request was aborted', request.signal.reason);
    return server.handle(serverRequest(request));
  }

  return {
    async send(request) {
      const answer = await turn(() => call(request));
      if (!isStream(answer)) return turn(() => answer);
      return turn(() => wholeStream(answer));
    },
    async stream(request, onLine) {
      const answer = await turn(() => call(request));
      if (!isStream(answer)) {
        await turn(() => onLine(answer.body));
        return answer.status;
      }
      return follow(answer, request, onLine, open);
    },
    async close() {
      closed = true;
      for (const end of [...open]) end();
    },
  };
}

/** Computes a value one turn of the event loop later. */
function turn<T>(compute: () => T): Promise<T> {
  return new Promise((resolve, reject) => {
    later(() => {
      try {
        resolve(compute());
      } catch (error) {
        reject(error);
      }
    });
  });
}

/** What a stream says at once, for callers that don't expect one. */
function wholeStream(answer: StreamAnswer): Answer {
  const lines: string[] = [];
  answer.subscribe(
    (line) => lines.push(line),
    () => {},
  )();
  return { status: answer.status, headers: answer.headers, body: lines.map((line) => `${line}\n`).join('') };
}

function follow(
  answer: StreamAnswer,
  request: ApiRequest,
  onLine: (line: string) => void,
  open: Set<() => void>,
): Promise<number> {
  return new Promise((resolve) => {
    const queue = new LineQueue(onLine, () => {
      open.delete(abandon);
      request.signal?.removeEventListener('abort', abandon);
      resolve(answer.status);
    });
    const unsubscribe = answer.subscribe(
      (line) => queue.push(line),
      () => queue.end(),
    );
    function abandon(): void {
      unsubscribe();
      queue.drop();
    }
    open.add(abandon);
    request.signal?.addEventListener('abort', abandon, { once: true });
    if (request.signal?.aborted) abandon();
  });
}
