import { loadAccess } from '../kube/kubeconfig.ts';
import { undiciTransport } from '../kube/undici-transport.ts';
import { createSluice } from '../main.ts';
import { parseOptions } from '../options.ts';
import { axiosHttp } from '../runtime/axios-http.ts';
import { systemClock } from '../runtime/clock.ts';
import { startHealthServer } from '../runtime/health-server.ts';
import { createLogger } from '../runtime/log.ts';
import { onShutdown } from '../runtime/shutdown.ts';
import { packageVersion } from './version.ts';

/** `sluice run`: the controller, until it is told to stop. Takes the reference's flags. Resolves with the exit code. */
export async function run(argv: readonly string[]): Promise<number> {
  const parsed = parseOptions(argv, process.env);
  if (!parsed.ok) {
    process.stderr.write(`sluice run: ${parsed.message}\n`);
    return 2;
  }
  const { options } = parsed;
  const version = packageVersion();
  const log = createLogger({ level: options.logLevel, encoding: options.zapEncoding });
  log.info({ version, meshProvider: options.meshProvider }, 'starting Sluice');
  const access = await loadAccess({ kubeconfig: options.kubeconfig, master: options.master });
  const sluice = createSluice(options, {
    transport: undiciTransport(access.endpoint, systemClock),
    http: axiosHttp(),
    clock: systemClock,
    log,
    version,
  });
  const stop = onShutdown();
  let ready = false;
  const health = await startHealthServer({
    port: options.port,
    ...(options.host === '' ? {} : { host: options.host }),
    ready: () => ready,
    metrics: async () => ({ text: await sluice.metrics.text(), contentType: sluice.metrics.contentType }),
  });
  await sluice.start();
  ready = true;
  log.info({ port: health.port }, 'looking after canaries');
  await new Promise<void>((resolve) => {
    if (stop.aborted) resolve();
    else stop.addEventListener('abort', () => resolve(), { once: true });
  });
  log.info('stopping: finishing the decisions in hand');
  await sluice.stop();
  await health.close();
  return 0;
}
