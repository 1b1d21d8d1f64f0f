import { createServer, type IncomingMessage, request as plainRequest, type ServerResponse } from 'node:http';
import { Agent as TlsAgent, request as tlsRequest } from 'node:https';
import type { Socket } from 'node:net';
import { pause, systemClock } from '../../src/runtime/clock.ts';
import { LOOPBACK, listen } from '../../src/runtime/listening.ts';

/** What becomes of a request on its way. */
export type Treatment =
  | { readonly kind: 'pass' }
  | { readonly kind: 'late'; readonly ms: number }
  | { readonly kind: 'refuse'; readonly status: number; readonly headers: Readonly<Record<string, string>> }
  /** The connection breaks before the request has arrived. */
  | { readonly kind: 'drop' }
  /** It arrives and is done; the connection breaks before the answer is there. */
  | { readonly kind: 'loseAnswer' };

export interface Passing {
  readonly method: string;
  /** With the query. */
  readonly path: string;
}

/** A reverse proxy on loopback that does to requests what networks and busy servers do. */
export interface Detour {
  readonly url: string;
  /** Everything passes until said otherwise. */
  treat: (request: Passing) => Treatment;
  /** Requests that didn't just pass. */
  disturbed: number;
  /** Streams that were told to list anew (410). */
  expired: number;
  /** Breaks open connections, each for which `which` says yes. Returns how many. */
  cut(which: () => boolean): number;
  close(): Promise<void>;
}

/** Starts a proxy to `target`, `http` or `https`; `authority` is the PEM text of whom its certificate is trusted for. */
export async function startDetour(target: string, authority?: string): Promise<Detour> {
  const base = new URL(target);
  const isTls = base.protocol === 'https:';
  const agent = isTls ? new TlsAgent({ keepAlive: true, ca: authority }) : undefined;
  const sockets = new Set<Socket>();
  const server = createServer((request, response) => void serve(request, response));
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const detour: Detour = {
    url: `http://${LOOPBACK}:${await listen(server)}`,
    treat: () => ({ kind: 'pass' }),
    disturbed: 0,
    expired: 0,
    cut(which) {
      const cut = [...sockets].filter(() => which());
      for (const socket of cut) socket.destroy();
      return cut.length;
    },
    async close() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
      agent?.destroy();
    },
  };
  return detour;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const treatment = detour.treat({ method: request.method ?? 'GET', path: request.url ?? '/' });
    if (treatment.kind !== 'pass') detour.disturbed += 1;
    switch (treatment.kind) {
      case 'drop':
        return void request.socket.destroy();
      case 'refuse':
        request.resume();
        return void response.writeHead(treatment.status, treatment.headers).end('{"kind":"Status"}');
      case 'late':
        await pause(systemClock, treatment.ms);
        return forward(request, response, false);
      default:
        return forward(request, response, treatment.kind === 'loseAnswer');
    }
  }

  function forward(request: IncomingMessage, response: ServerResponse, loseAnswer: boolean): void {
    const lost = () => request.socket.destroy();
    const { method, headers, url } = request;
    const send = isTls ? tlsRequest : plainRequest;
    const onward = send(new URL(url ?? '/', base), { method, headers: { ...headers, host: base.host }, agent });
    onward.on('error', lost);
    onward.on('response', (answer) => {
      answer.on('error', lost);
      if (loseAnswer) {
        answer.resume().on('end', lost);
        return;
      }
      if (url?.includes('watch=1')) answer.on('data', (chunk: Buffer) => noteExpiry(chunk));
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    response.on('close', () => onward.destroy());
    request.pipe(onward);
  }

  function noteExpiry(chunk: Buffer): void {
    if (chunk.includes('"code":410')) detour.expired += 1;
  }
}
