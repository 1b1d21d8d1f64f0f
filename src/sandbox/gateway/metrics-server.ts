import { createServer } from 'node:http';
import { closeNow, LOOPBACK, listen } from '../../runtime/listening.ts';

export interface MetricsServer {
  readonly url: string;
  close(): Promise<void>;
}

/** Serves a metrics page on loopback, on a port of its own so that no route is in its way. */
export async function serveMetrics(page: () => Promise<string>): Promise<MetricsServer> {
  const server = createServer(async (_, response) => {
    response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4' }).end(await page());
  });
  const port = await listen(server);
  return { url: `http://${LOOPBACK}:${port}/metrics`, close: () => closeNow(server) };
}
