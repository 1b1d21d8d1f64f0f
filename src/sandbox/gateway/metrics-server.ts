import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a metrics page on loopback, on a port of its own so that no route is in its way. */
export async function serveMetrics(page: () => Promise<string>): Promise<MetricsServer> {
  const server = createServer(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(await page());
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject).listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
