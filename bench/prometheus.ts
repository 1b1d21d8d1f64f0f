import { createServer, type IncomingMessage } from 'node:http';
import { closeNow, LOOPBACK, listen } from '../src/runtime/listening.ts';

/** An answer that a check got. */
export interface Sample {
  /** Name of the target, as the query names it. */
  readonly target: string;
  /** Milliseconds on the clock of `performance.now`, when the answer was sent. */
  readonly at: number;
  readonly isGood: boolean;
}

/** A metrics server over HTTP that knows whose check asks, and when. */
export interface Prometheus {
  readonly url: string;
  /** Targets whose success rate is bad from now on. */
  readonly bad: Set<string>;
  /** Called just before each answer. */
  onSample: (sample: Sample) => void;
  close(): Promise<void>;
}

/** What `vector(1)` is: the question whether anyone is there. */
const PROBED = 1;
const GOOD_PERCENT = 100;
const BAD_PERCENT = 50;

/** Starts it. Targets are told apart by their names: a word, a dash and digits. */
export async function startPrometheus(): Promise<Prometheus> {
  const server = createServer(async (request, response) => {
    const query = await queryOf(request);
    const target = targetIn(query);
    const isGood = target === undefined || !prometheus.bad.has(target);
    const value = target === undefined ? PROBED : isGood ? GOOD_PERCENT : BAD_PERCENT;
    const result = [{ metric: {}, value: [Date.now() / 1000, String(value)] }];
    if (target !== undefined) prometheus.onSample({ target, at: performance.now(), isGood });
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify({ status: 'success', data: { resultType: 'vector', result } }));
  });
  const port = await listen(server);
  const prometheus: Prometheus = {
    url: `http://${LOOPBACK}:${port}`,
    bad: new Set(),
    onSample: () => {},
    close: () => closeNow(server),
  };
  return prometheus;
}

/** The target that a query is about; `undefined` for one that only asks whether anyone is there. */
export function targetIn(query: string): string | undefined {
  return /\b[a-z]+-\d+\b/.exec(query)?.[0];
}

async function queryOf(request: IncomingMessage): Promise<string> {
  const given = new URL(request.url ?? '/', 'http://prometheus').searchParams.get('query');
  if (given !== null) return given;
  let text = '';
  for await (const part of request.setEncoding('utf8')) text += part;
  return new URLSearchParams(text).get('query') ?? '';
}
