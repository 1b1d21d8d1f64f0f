import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface HealthServerOptions {
  readonly port: number;
  /** Default: all interfaces, as probes come from outside. */
  readonly host?: string;
  readonly ready: () => boolean;
  readonly metrics: () => Promise<{ readonly text: string; readonly contentType: string }>;
}

export interface HealthServer {
  readonly port: number;
  /** Lets running answers end, for at most 3 s. */
  close(): Promise<void>;
}

const GRACE_MS = 3_000;

/** `/healthz`, `/readyz` and `/metrics`. Time limits are the reference's. Rejects when the port is taken. */
export async function startHealthServer(options: HealthServerOptions): Promise<HealthServer> {
  const server = createServer((request, response) => {
    answer(options, request, response).catch(() => response.destroy());
  });
  server.headersTimeout = 5_000;
  server.requestTimeout = 5_000;
  server.timeout = 60_000;
  server.keepAliveTimeout = 15_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, options.host, resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        const force = setTimeout(() => server.closeAllConnections(), GRACE_MS);
        server.close(() => {
          clearTimeout(force);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

async function answer(options: HealthServerOptions, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = (request.url ?? '/').split('?')[0];
  switch (path) {
    case '/healthz':
      return text(response, 200, 'OK');
    case '/readyz':
      return options.ready() ? text(response, 200, 'OK') : text(response, 503, 'starting');
    case '/metrics': {
      const page = await options.metrics();
      return text(response, 200, page.text, page.contentType);
    }
    default:
      return text(response, 404, 'not found');
  }
}

function text(response: ServerResponse, status: number, body: string, contentType = 'text/plain; charset=utf-8'): void {
  response.writeHead(status, { 'content-type': contentType, 'content-length': Buffer.byteLength(body) });
  response.end(body);
}
