import type { CanaryStatus } from '../../src/api/status.ts';
import { Traffic } from '../../src/cli/demo-traffic.ts';
import { dig, type KubeObject } from '../../src/kube/object.ts';
import { undiciTransport } from '../../src/kube/undici-transport.ts';
import { createSluice } from '../../src/main.ts';
import { defaultOptions } from '../../src/options.ts';
import { axiosHttp } from '../../src/runtime/axios-http.ts';
import { systemClock } from '../../src/runtime/clock.ts';
import { createLogger } from '../../src/runtime/log.ts';
import { startSandbox } from '../../src/sandbox/sandbox.ts';
import { canary, HOST, NAMESPACE } from './manifests.ts';

const ENDPOINTS = { apiVersion: 'discovery.k8s.io/v1', kind: 'EndpointSlice' };
const PATIENCE_MS = 40_000;

/** A cluster in this process with pods that serve HTTP, the controller, and users who never pause. */
export async function startTown() {
  const sandbox = await startSandbox({ clock: systemClock, http: axiosHttp(), scrapeIntervalMs: 200 });
  const { cluster } = sandbox;
  const sluice = createSluice(
    { ...defaultOptions(), meshProvider: 'kubernetes', metricsServer: sandbox.prometheusUrl, minIntervalMs: 1_000 },
    {
      transport: undiciTransport({ server: sandbox.api.url, tls: {}, authorize: async () => ({}) }, systemClock),
      http: axiosHttp(),
      clock: systemClock,
      log: createLogger({ level: 'error', encoding: 'console' }),
      version: 'traffic',
    },
  );
  await cluster.watch(canary);
  await cluster.watch(ENDPOINTS);
  await sluice.start();
  const traffic = new Traffic(sandbox.gateway.url, HOST, systemClock);
  const apex = new Endpoints(() => cluster.list(ENDPOINTS, NAMESPACE));
  const stopCounting = cluster.onChange(({ object }) => {
    if (object.kind === ENDPOINTS.kind) apex.count();
  });

  /** Resolves when `reached` gives something; looks whenever the cluster changes and a few times a second. */
  async function until<T>(what: string, reached: () => T | undefined | false): Promise<T> {
    const end = systemClock.now() + PATIENCE_MS;
    for (;;) {
      const result = reached();
      if (result !== undefined && result !== false) return result;
      if (systemClock.now() > end) throw new Error(`waited in vain for ${what}`);
      await changeOf(cluster);
    }
  }

  const statusOf = () => cluster.get(canary)?.['status'] as CanaryStatus | undefined;
  return {
    cluster,
    traffic,
    apex,
    until,
    /** Resolves when the Canary has come to rest in the phase, with that many runs behind it. */
    atRest: (phase: string, runs: number) =>
      until(`${phase} after ${runs} runs`, () => {
        const { run, phase: present } = statusOf() ?? {};
        return present === phase && run?.stage === 'idle' && run.number === runs;
      }),
    /** Resolves when that many more requests have been sent. */
    async moreRequests(count: number): Promise<void> {
      const before = traffic.tally.sent;
      await until(`${count} requests`, () => traffic.tally.sent >= before + count);
    },
    async stop(): Promise<void> {
      stopCounting();
      await traffic.stop();
      await sluice.stop();
      await sandbox.stop();
    },
  };
}

/** Resolves at the next change of the cluster, or a tenth of a second later. */
function changeOf(cluster: { onChange(listener: () => void): () => void }): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      stop();
      cancel();
      resolve();
    };
    const stop = cluster.onChange(done);
    const cancel = systemClock.after(100, done);
  });
}

/** Keeps count of the fewest endpoints that the Service of the shop ever had. */
class Endpoints {
  readonly #slices: () => readonly KubeObject[];
  #fewest = Number.POSITIVE_INFINITY;

  constructor(slices: () => readonly KubeObject[]) {
    this.#slices = slices;
  }

  get fewest(): number {
    return this.#fewest;
  }

  /** Forgets what was before. */
  begin(): void {
    this.#fewest = this.#now();
  }

  count(): void {
    this.#fewest = Math.min(this.#fewest, this.#now());
  }

  #now(): number {
    const slices = this.#slices().filter(({ metadata }) => metadata.labels?.['kubernetes.io/service-name'] === 'shop');
    const endpoints = slices.flatMap((slice) => (dig(slice, 'endpoints') ?? []) as readonly unknown[]);
    return endpoints.filter((endpoint) => dig(endpoint, 'conditions', 'ready') !== false).length;
  }
}
