import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { Histogram, Registry } from 'prom-client';
import { type Clock, pause } from '../../runtime/clock.ts';
import { listen } from '../../runtime/listening.ts';
import { POD_ADDRESS } from './kinds.ts';
import type { PodConfig } from './pod-config.ts';

export interface PodServerOptions {
  readonly config: PodConfig;
  readonly clock: Clock;
  /** From 0 up to 1; decides which requests fail. */
  readonly random: () => number;
  /** Told whenever the answer of `/readyz` changes. */
  readonly onReadiness: (ready: boolean) => void;
  /** Called when the pod is to die without ceremony. */
  readonly onCrash: () => void;
}

export interface PodServer {
  readonly port: number;
  /**
   * Turns unready and goes on serving for `config.drainMs`, then until no request is in hand; answers carry
   * `connection: close` meanwhile. Resolves when the port is closed.
   */
  drain(): Promise<void>;
}

/** Seconds; finer at the low end than the usual ones, because these answers take about a millisecond. */
const BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

/**
 * The program of one pod, on loopback and a port of its own. `/readyz` and `/metrics` answer for themselves; every other
 * path answers `{version, pod}` with the faults of the config and is counted in `http_request_duration_seconds`.
 */
export async function startPodServer(options: PodServerOptions): Promise<PodServer> {
  const pod = new Pod(options);
  await pod.listen();
  return pod;
}

class Pod implements PodServer {
  readonly #options: PodServerOptions;
  readonly #server: Server;
  readonly #registry = new Registry();
  readonly #durations: Histogram<'method' | 'path' | 'status'>;
  readonly #timers: (() => void)[] = [];
  #port = 0;
  #ready = false;
  #draining = false;
  #inHand = 0;
  #onIdle = () => {};

  constructor(options: PodServerOptions) {
    this.#options = options;
    this.#durations = new Histogram({
      name: 'http_request_duration_seconds',
      help: 'Seconds spent serving HTTP requests.',
      labelNames: ['method', 'path', 'status'],
      buckets: BUCKETS,
      registers: [this.#registry],
    });
    this.#server = createServer((request, response) => void this.#serve(request, response));
    // a router may keep connections for longer than node's 5 s; the side that sends must be the one that closes
    this.#server.keepAliveTimeout = 120_000;
  }

  get port(): number {
    return this.#port;
  }

  async listen(): Promise<void> {
    this.#port = await listen(this.#server, { host: POD_ADDRESS });
    const { clock, config, onCrash } = this.#options;
    if (config.readyAfterMs !== undefined) {
      this.#timers.push(clock.after(config.readyAfterMs, () => this.#setReady(true)));
    }
    if (config.crashAfterMs !== undefined) this.#timers.push(clock.after(config.crashAfterMs, onCrash));
  }

  async drain(): Promise<void> {
    for (const cancel of this.#timers.splice(0)) cancel();
    this.#setReady(false);
    this.#draining = true;
    await pause(this.#options.clock, this.#options.config.drainMs);
    if (this.#inHand > 0) {
      await new Promise<void>((resolve) => {
        this.#onIdle = resolve;
      });
    }
    await new Promise<void>((resolve) => {
      this.#server.close(() => resolve());
      this.#server.closeIdleConnections();
    });
  }

  #setReady(ready: boolean): void {
    if (this.#ready === ready) return;
    this.#ready = ready;
    this.#options.onReadiness(ready);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    this.#inHand++;
    response.once('close', () => {
      this.#inHand--;
      if (this.#inHand === 0) this.#onIdle();
    });
    request.resume();
    if (this.#draining) response.setHeader('connection', 'close');
    const path = new URL(request.url ?? '/', 'http://pod').pathname;
    if (path === '/metrics') return this.#metrics(response);
    if (path === '/readyz') return answer(response, this.#ready ? 200 : 503, { ready: this.#ready });
    await this.#work(request.method ?? 'GET', path, response);
  }

  async #metrics(response: ServerResponse): Promise<void> {
    const page = await this.#registry.metrics();
    response.writeHead(200, { 'content-type': this.#registry.contentType }).end(page);
  }

  async #work(method: string, path: string, response: ServerResponse): Promise<void> {
    const { config, clock, random } = this.#options;
    const startedMs = performance.now();
    if (config.latencyMs > 0) await pause(clock, config.latencyMs);
    const failed = random() < config.errorRate;
    const status = failed ? 500 : 200;
    const { version, pod } = config;
    answer(response, status, failed ? { error: 'injected fault', version, pod } : { version, pod });
    // the first segment alone: clients must not be able to make series without end
    const label = `/${path.split('/')[1] ?? ''}`;
    this.#durations.observe({ method, path: label, status }, (performance.now() - startedMs) / 1000);
  }
}

function answer(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(`${JSON.stringify(body)}\n`);
}
