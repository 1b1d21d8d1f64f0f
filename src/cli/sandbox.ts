import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { customResourceDefinitions } from '../api/crd.ts';
import { axiosHttp } from '../runtime/axios-http.ts';
import { systemClock } from '../runtime/clock.ts';
import { onShutdown } from '../runtime/shutdown.ts';
import { serveApi } from '../sandbox/api/http.ts';
import { createApiServer } from '../sandbox/api/server.ts';
import { startSandbox } from '../sandbox/sandbox.ts';

/**
 * `sluice sandbox`: an embedded cluster on loopback until Ctrl-C. With `--api-only` it is a bare API server: no workload
 * controllers, no gateway and no garbage collection, for harnesses that play those themselves.
 */
export async function sandbox(argv: readonly string[]): Promise<number> {
  const flags = { 'api-only': { type: 'boolean' }, port: { type: 'string', default: '0' } } as const;
  let given: { 'api-only'?: boolean | undefined; port: string };
  try {
    given = parseArgs({ args: [...argv], options: flags }).values;
  } catch (error) {
    process.stderr.write(`sluice sandbox: ${error instanceof Error ? error.message : error}\n`);
    return 2;
  }
  const port = Number(given.port);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    process.stderr.write(`sluice sandbox: --port takes a number from 0 to 65535, not ${given.port}\n`);
    return 2;
  }
  const stop = onShutdown();
  const running = given['api-only'] ? await bareApi(port) : await wholeCluster(port);
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await running.stop();
  return 0;
}

interface Running {
  stop(): Promise<void>;
}

async function bareApi(port: number): Promise<Running> {
  const seed = customResourceDefinitions();
  const server = createApiServer({ clock: systemClock, garbageCollection: false, eventRing: 20_000, seed });
  const api = await serveApi(server, { port });
  process.stdout.write(`API server: ${api.url}\n`);
  return { stop: () => api.close() };
}

async function wholeCluster(port: number): Promise<Running> {
  const cluster = await startSandbox({ clock: systemClock, http: axiosHttp(), port });
  const folder = mkdtempSync(join(tmpdir(), 'sluice-sandbox-'));
  const kubeconfig = join(folder, 'kubeconfig');
  writeFileSync(kubeconfig, cluster.api.kubeconfig(), { mode: 0o600 });
  process.stdout.write(
    [
      `API server: ${cluster.api.url}`,
      `gateway:    ${cluster.gateway.url}`,
      `prometheus: ${cluster.prometheusUrl}`,
      `export KUBECONFIG=${kubeconfig}`,
      '',
    ].join('\n'),
  );
  return {
    async stop() {
      await cluster.stop();
      rmSync(folder, { recursive: true });
    },
  };
}
