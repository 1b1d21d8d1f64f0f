import { createServer } from 'node:net';
import { listen } from '../../src/runtime/listening.ts';

/** A TCP port on loopback that nothing listens on at the moment. */
export async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listen(server);
  await new Promise((resolve) => server.close(resolve));
  return port;
}
