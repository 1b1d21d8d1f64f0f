import { VirtualClock } from '../../runtime/virtual-clock.ts';
import { inProcessTransport } from '../../sandbox/api/in-process.ts';
import { type ApiServer, createApiServer } from '../../sandbox/api/server.ts';
import { Client } from '../client.ts';
import type { KubeObject } from '../object.ts';

/** An embedded API server on a virtual clock, with a client of its own. */
export interface Embedded {
  readonly clock: VirtualClock;
  readonly server: ApiServer;
  readonly client: Client;
  /** Paths with method that arrived, such as `GET /api/v1/configmaps?limit=500`. */
  readonly requests: string[];
}

/** Starts an embedded API server; nothing of it outlives the test. */
export function embedded(seed: readonly KubeObject[] = []): Embedded {
  const clock = new VirtualClock();
  const server = createApiServer({ clock, seed });
  const requests: string[] = [];
  server.onRequest(({ method, path }) => requests.push(`${method} ${path}`));
  return { clock, server, client: new Client(inProcessTransport(server), { clock }), requests };
}

/** A ConfigMap of the namespace `default`. */
export function configMap(name: string, data: Readonly<Record<string, string>> = {}): KubeObject {
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata: { name, namespace: 'default' }, data };
}
