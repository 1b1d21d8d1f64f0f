import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import { closeNow, LOOPBACK, listen } from '../../runtime/listening.ts';
import { type Answer, isStream, jsonAnswer, type ServerRequest, type StreamAnswer } from './exchange.ts';
import type { ApiServer } from './server.ts';
import { StatusError } from './status-error.ts';

/** The largest request body, in bytes; what etcd-backed servers accept as well. */
const BODY_LIMIT = 3 * 1024 * 1024;
/** A watch whose reader lags behind by more than this, in bytes, is ended. */
const LAG_LIMIT = 16 * 1024 * 1024;

/** An API server that listens. */
export interface ServedApi {
  readonly url: string;
  /** A kubeconfig for the server, as YAML. */
  kubeconfig(): string;
  /** Ends all streams and connections. */
  close(): Promise<void>;
}

/** Serves the API over HTTP. Any bearer token or none is accepted, so bind it to loopback only. */
export async function serveApi(
  server: ApiServer,
  { host = LOOPBACK, port = 0 }: { readonly host?: string; readonly port?: number } = {},
): Promise<ServedApi> {
  const streams = new Set<() => void>();
  const http = createServer({ keepAliveTimeout: 75_000 }, (request, response) => {
    void readBody(request).then(
      (body) => respond(server, toRequest(request, body), response, streams),
      (error: unknown) => refuse(response, error),
    );
  });
  const url = `http://${host}:${await listen(http, { port, host })}`;
  return {
    url,
    kubeconfig: () => kubeconfigFor(url),
    async close() {
      for (const end of [...streams]) end();
      await closeNow(http);
    },
  };
}

function kubeconfigFor(server: string): string {
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name: 'sandbox', cluster: { server } }],
    users: [{ name: 'sandbox', user: {} }],
    contexts: [{ name: 'sandbox', context: { cluster: 'sandbox', user: 'sandbox', namespace: 'default' } }],
    'current-context': 'sandbox',
  });
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request) {
    const bytes: Buffer = chunk;
    size += bytes.length;
    if (size > BODY_LIMIT) {
      throw new StatusError(413, 'RequestEntityTooLarge', `Request entity too large: limit is ${BODY_LIMIT}`, {});
    }
    chunks.push(bytes);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function toRequest(request: IncomingMessage, body: string): ServerRequest {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(request.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : value;
  }
  return { method: request.method ?? 'GET', path: request.url ?? '/', headers, body };
}

function refuse(response: ServerResponse, error: unknown): void {
  // a client that went away while sending needs no answer
  if (!(error instanceof StatusError)) return void response.destroy();
  send(response, jsonAnswer(error.code, error.body, { connection: 'close' }));
}

function send(response: ServerResponse, answer: Answer): void {
  const body = Buffer.from(answer.body, 'utf8');
  response.writeHead(answer.status, { ...answer.headers, 'content-length': body.length });
  response.end(body);
}

function respond(server: ApiServer, request: ServerRequest, response: ServerResponse, streams: Set<() => void>): void {
  const answer = server.handle(request);
  if (isStream(answer)) pipe(answer, response, streams);
  else send(response, answer);
}

function pipe(answer: StreamAnswer, response: ServerResponse, streams: Set<() => void>): void {
  response.writeHead(answer.status, answer.headers);
  response.flushHeaders();
  response.socket?.setNoDelay(true);
  const finish = () => response.end();
  const stop = answer.subscribe((line) => {
    response.write(`${line}\n`);
    if (response.writableLength > LAG_LIMIT) response.destroy();
  }, finish);
  const end = () => {
    stop();
    finish();
  };
  streams.add(end);
  response.once('close', () => {
    streams.delete(end);
    stop();
  });
}
