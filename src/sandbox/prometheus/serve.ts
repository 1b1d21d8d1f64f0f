import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Clock } from '../../runtime/clock.ts';
import { closeNow, LOOPBACK, listen } from '../../runtime/listening.ts';
import { answerApi } from './api.ts';
import type { SeriesStore } from './store.ts';

const MAX_FORM_BYTES = 1 << 20;

export interface PrometheusServerOptions {
  readonly clock: Clock;
  readonly store: SeriesStore;
  /** 0, the default: any free one. */
  readonly port?: number;
}

export interface PrometheusServer {
  /** Without a slash at the end. */
  readonly url: string;
  /** Ends open connections too. */
  close(): Promise<void>;
}

/** Serves the query API on the loopback interface. Rejects when the port is taken. */
export async function servePrometheus({ clock, store, port = 0 }: PrometheusServerOptions): Promise<PrometheusServer> {
  const server = createServer((request, response) => {
    answer(request, response, { clock, store }).catch(() => refuse(response, 500, 'internal error\n'));
  });
  const bound = await listen(server, { port });
  return { url: `http://${LOOPBACK}:${bound}`, close: () => closeNow(server) };
}

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  options: Omit<PrometheusServerOptions, 'port'>,
) {
  const url = URL.parse(request.url ?? '', `http://${LOOPBACK}`);
  if (!url) return refuse(response, 400, 'bad request\n');
  const form = await readBody(request);
  if (form === undefined) return refuse(response, 413, 'the form is too long\n');
  const parameters = new URLSearchParams([...new URLSearchParams(form), ...url.searchParams]);
  const { method = 'GET' } = request;
  const { store, clock } = options;
  const result = answerApi({ method, path: url.pathname, parameters }, { store, nowMs: clock.now() });
  response.writeHead(result.status, { 'content-type': result.contentType }).end(result.body);
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', connection: 'close' }).end(text);
}

/** The form that came with a request, `''` when there is none; `undefined` when it is too long. */
async function readBody(request: IncomingMessage): Promise<string | undefined> {
  const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
  const chunks: Buffer[] = [];
  let length = 0;
  // the connection must live on, for the answer
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    const piece = Buffer.from(chunk);
    length += piece.length;
    if (length > MAX_FORM_BYTES) return undefined;
    chunks.push(piece);
  }
  return isForm ? Buffer.concat(chunks).toString('utf8') : '';
}
