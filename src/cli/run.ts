import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import type { Logger } from 'pino';
import { loadAccess } from '../kube/kubeconfig.ts';
import { type Election, standForElection } from '../kube/lease.ts';
import { undiciTransport } from '../kube/undici-transport.ts';
import { createSluice, type Sluice } from '../main.ts';
import { parseOptions } from '../options.ts';
import { axiosHttp } from '../runtime/axios-http.ts';
import { systemClock } from '../runtime/clock.ts';
import { startHealthServer } from '../runtime/health-server.ts';
import { createLogger } from '../runtime/log.ts';
import { onShutdown } from '../runtime/shutdown.ts';
import { runUntilStopped } from './run-until-stopped.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { packageVersion } from './version.ts';

/**
 * `sluice run`: the controller, until it is told to stop. Takes the reference's flags, of which `--version` only prints the
 * version. Resolves with the exit code.
 */
export async function run(argv: readonly string[], terminal: Terminal = processTerminal()): Promise<number> {
  const parsed = parseOptions(argv, process.env);
  if (!parsed.ok) {
    process.stderr.write(`sluice run: ${parsed.message}\n`);
    return 2;
  }
  const { options, warnings } = parsed;
  const version = packageVersion();
  if (options.version) {
    terminal.out(`${version}\n`);
    return 0;
  }
  const log = createLogger({ level: options.logLevel, encoding: options.zapEncoding });
  log.info({ version, meshProvider: options.meshProvider }, 'starting Sluice');
  for (const warning of warnings) log.warn(warning);
  const access = await loadAccess({ kubeconfig: options.kubeconfig, master: options.master }).catch(
    (error: unknown) => {
      process.stderr.write(`sluice run: no access to a cluster: ${error instanceof Error ? error.message : error}\n`);
      return undefined;
    },
  );
  if (!access) return 1;
  let election: Election | undefined;
  const sluice = createSluice(options, {
    // Who wakes after his Lease has run out still has requests in hand, and somebody else is at work
    transport: undiciTransport(
      access.endpoint,
      systemClock,
      options.enableLeaderElection ? () => !election?.overdue() : undefined,
    ),
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
  if (options.enableLeaderElection) {
    election = elect(sluice, options.leaderElectionNamespace, log);
    log.info('waiting to become the leader');
  }
  try {
    const isComplete = await runUntilStopped({
      sluice,
      election,
      clock: systemClock,
      stop,
      onReady() {
        ready = true;
        log.info({ port: health.port }, 'looking after canaries');
      },
      onStopping: () => log.info('stopping: finishing the decisions in hand'),
    });
    if (!isComplete) {
      log.warn('ending with work in hand: whoever leads next goes on with it');
      process.exit(0);
    }
  } finally {
    await health.close();
  }
  return 0;
}

/** The reference's Lease, so that the two can't lead at once. A leader that loses it must end: another one is at work. */
function elect(sluice: Sluice, namespace: string, log: Logger): Election {
  return standForElection({
    client: sluice.client,
    clock: systemClock,
    namespace,
    identity: `${hostname()}_${randomUUID()}`,
    onLost: () => {
      log.error('the leadership was lost: ending at once');
      process.exit(1);
    },
    onTrouble: (error) => log.warn({ err: error }, 'the Lease could not be read or written; trying again'),
  });
}
