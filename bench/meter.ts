import { readFileSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'node:https';
import type { Socket } from 'node:net';
import { join } from 'node:path';
import type { ControlPlane } from '../e2e/cluster/control-plane.ts';
import { closeNow, LOOPBACK, listen } from '../src/runtime/listening.ts';

/** What went over the wire since the meter was opened. */
export interface Tally {
  /** Gets and lists. */
  readonly reads: number;
  readonly writes: number;
  readonly watches: number;
  /** Requests for Leases; counted nowhere else. */
  readonly leases: number;
  /** Both ways, headers and watch events included. */
  readonly bytes: number;
}

/** A way to the API server that counts what takes it. */
export interface Meter {
  /** Leads here, with the rights of an administrator. */
  readonly kubeconfig: string;
  tally(): Tally;
  close(): Promise<void>;
}

/** Opens a counting proxy in front of the API server: plain HTTP inside, so that bytes are those of the protocol. */
export async function openMeter(plane: ControlPlane): Promise<Meter> {
  const counts = { reads: 0, writes: 0, watches: 0, leases: 0 };
  const sockets = new Set<Socket>();
  let closedBytes = 0;
  const agent = new Agent({ keepAlive: true, ca: readFileSync(join(plane.folder, 'ca.crt')) });
  const server = createServer((incoming, outgoing) => {
    counts[kindOf(incoming)] += 1;
    forward(incoming, outgoing, plane, agent);
  });
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => {
      sockets.delete(socket);
      closedBytes += socket.bytesRead + socket.bytesWritten;
    });
  });
  const port = await listen(server);
  const kubeconfig = join(plane.folder, 'metered.kubeconfig');
  writeFileSync(kubeconfig, kubeconfigFor(`http://${LOOPBACK}:${port}`));
  return {
    kubeconfig,
    tally() {
      const open = [...sockets].reduce((sum, socket) => sum + socket.bytesRead + socket.bytesWritten, 0);
      return { ...counts, bytes: closedBytes + open };
    },
    async close() {
      await closeNow(server);
      agent.destroy();
    },
  };
}

/** What came to `later` since `earlier`. */
export function difference(later: Tally, earlier: Tally): Tally {
  return {
    reads: later.reads - earlier.reads,
    writes: later.writes - earlier.writes,
    watches: later.watches - earlier.watches,
    leases: later.leases - earlier.leases,
    bytes: later.bytes - earlier.bytes,
  };
}

/** Under what a request counts. */
export function kindOf({
  method = 'GET',
  url = '',
}: Pick<IncomingMessage, 'method' | 'url'>): keyof Omit<Tally, 'bytes'> {
  if (url.startsWith('/apis/coordination.k8s.io/')) return 'leases';
  if (method !== 'GET') return 'writes';
  return /[?&]watch=(?:1|true)(?:&|$)/.test(url) ? 'watches' : 'reads';
}

function forward(incoming: IncomingMessage, outgoing: ServerResponse, plane: ControlPlane, agent: Agent): void {
  const { host: _, ...headers } = incoming.headers;
  const onward = request(plane.server + incoming.url, {
    agent,
    method: incoming.method,
    headers: { ...headers, authorization: `Bearer ${plane.token}` },
  });
  onward.once('response', (answer) => {
    outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
    outgoing.flushHeaders();
    answer.pipe(outgoing);
  });
  onward.once('error', () => outgoing.destroy());
  outgoing.once('close', () => onward.destroy());
  incoming.pipe(onward);
}

function kubeconfigFor(server: string): string {
  return JSON.stringify({
    apiVersion: 'v1',
    kind: 'Config',
    'current-context': 'meter',
    clusters: [{ name: 'meter', cluster: { server } }],
    users: [{ name: 'meter', user: {} }],
    contexts: [{ name: 'meter', context: { cluster: 'meter', user: 'meter' } }],
  });
}
