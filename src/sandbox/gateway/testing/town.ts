import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Agent, request } from 'undici';
import { systemClock } from '../../../runtime/clock.ts';
import { closeNow, listen } from '../../../runtime/listening.ts';
import { stage } from '../../workloads/testing/stage.ts';
import { type GatewayOptions, startGateway } from '../gateway.ts';
import { httpRouteCrd } from './objects.ts';

type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** What a client saw. */
export interface Seen {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: string;
}

/** A gateway on a cluster of its own, with plain servers as endpoints, and a client that keeps its connections. */
export async function town(options: Partial<GatewayOptions> = {}, routeVersion: 'v1' | 'v1beta1' = 'v1') {
  const { cluster, server } = stage(systemClock);
  await cluster.create(httpRouteCrd(routeVersion));
  const errors: unknown[] = [];
  const gateway = await startGateway({
    cluster,
    clock: systemClock,
    onError: (error) => errors.push(error),
    ...options,
  });
  const agent = new Agent();
  const closers: (() => Promise<unknown>)[] = [];

  /** A server on loopback; ends with the town. */
  async function house(handler: Handler) {
    const seen: { method: string; url: string; headers: IncomingMessage['headers']; body: string }[] = [];
    const sockets = new Set<object>();
    const http = createServer(async (incoming, response) => {
      const chunks: Buffer[] = [];
      for await (const chunk of incoming) chunks.push(chunk as Buffer);
      const { method = '', url = '', headers } = incoming;
      seen.push({ method, url, headers, body: Buffer.concat(chunks).toString() });
      sockets.add(incoming.socket);
      handler(incoming, response);
    });
    const port = await listen(http);
    const close = () => closeNow(http);
    closers.push(close);
    return { port, seen, sockets, close };
  }

  /** A Service whose ready endpoints are the given ports, and unready ones. */
  async function service(name: string, ports: readonly number[], unready: readonly number[] = []) {
    const metadata = { name, namespace: 'test' };
    const ref = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice', namespace: 'test', name };
    if (!cluster.get({ apiVersion: 'v1', kind: 'Service', ...metadata })) {
      const spec = { ports: [{ name: 'http', port: 80 }] };
      await cluster.create({ apiVersion: 'v1', kind: 'Service', metadata, spec });
    }
    const endpoint = (port: number, ready: boolean) => ({
      addresses: ['127.0.0.1'],
      conditions: { ready },
      targetRef: { kind: 'Pod', name: `pod-${port}`, uid: `uid-${port}` },
    });
    const content = {
      addressType: 'IPv4',
      endpoints: [...ports.map((port) => endpoint(port, true)), ...unready.map((port) => endpoint(port, false))],
      ports: [{ name: 'http', port: 80 }],
    };
    const all = Object.fromEntries([...ports, ...unready].map((port) => [`pod-${port}`, port]));
    const annotations = { 'sandbox.sluice.dev/ports': JSON.stringify(all) };
    const labels = { 'kubernetes.io/service-name': name };
    const slice = {
      ...content,
      apiVersion: ref.apiVersion,
      kind: ref.kind,
      metadata: { ...metadata, annotations, labels },
    };
    if (cluster.get(ref)) await cluster.patch(ref, { ...content, metadata: { annotations } });
    else await cluster.create(slice);
  }

  async function get(
    path = '/',
    init: { method?: string; headers?: Record<string, string>; body?: string } = {},
  ): Promise<Seen> {
    const { method = 'GET', headers = {}, body = null } = init;
    const answer = await request(`${gateway.url}${path}`, {
      dispatcher: agent,
      method: method as 'GET',
      headers: { host: 'www.example.com', ...headers },
      body,
    });
    return { status: answer.statusCode, headers: answer.headers, body: await answer.body.text() };
  }

  async function close() {
    await agent.close();
    await gateway.close();
    for (const end of closers) await end();
    await cluster.close();
  }
  return { cluster, server, gateway, errors, house, service, get, close };
}
