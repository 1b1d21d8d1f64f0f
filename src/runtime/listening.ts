import type { Server as HttpServer } from 'node:http';
import type { AddressInfo, Server } from 'node:net';

/** Where servers listen that are for this machine alone. */
export const LOOPBACK = '127.0.0.1';

/**
 * Lets a server listen on loopback, unless another `host` is named; port 0 takes a free one. Gives the port.
 * @throws the error of the server, such as a port that is taken.
 */
export async function listen(server: Server, { port = 0, host = LOOPBACK } = {}): Promise<number> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  return (server.address() as AddressInfo).port;
}

/** Ends a server with all that is under way. */
export async function closeNow(server: Pick<HttpServer, 'close' | 'closeAllConnections'>): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
}
