import { parentPort, workerData } from 'node:worker_threads';
import { KubeConfig } from '@kubernetes/client-node';
import type { AccessOptions, LoadedAccess } from './kubeconfig.ts';

/**
 * Reads a kubeconfig and gets its credentials, in a thread that ends afterwards. The library brings a generated client of
 * some sixty megabytes along, of which nothing else is needed.
 */
async function load(options: AccessOptions): Promise<LoadedAccess> {
  const config = new KubeConfig();
  read(config, options.kubeconfig);
  if (options.context) config.setCurrentContext(options.context);
  // The library refuses plain HTTP unless told that TLS isn't wanted; the URL says so already
  config.clusters = config.clusters.map((each) =>
    each.server.startsWith('http:') ? { ...each, skipTLSVerify: true } : each,
  );
  const server = options.master || config.getCurrentCluster()?.server;
  if (!server) throw new Error('no cluster is configured: name one with --kubeconfig, $KUBECONFIG or --master');
  const https: Record<string, unknown> = {};
  await config.applyToHTTPSOptions(https);
  const { ca, cert, key, rejectUnauthorized, servername, headers, auth } = https;
  const tls = Object.entries({ ca: pem(ca), cert: pem(cert), key: pem(key), rejectUnauthorized, servername });
  const basic = typeof auth === 'string' ? { Authorization: `Basic ${Buffer.from(auth).toString('base64')}` } : {};
  const user = config.getCurrentUser();
  return {
    server: server.replace(/\/$/, ''),
    tls: Object.fromEntries(tls.filter(([, value]) => value !== undefined)),
    headers: { ...(headers as LoadedAccess['headers'] | undefined), ...basic },
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
    expires: user?.exec !== undefined || user?.authProvider !== undefined,
  };
}

/** Rejects with the file's name: the library's own words don't say which one it was. */
function read(config: KubeConfig, file: string | undefined): void {
  const named = file || process.env['KUBECONFIG'];
  try {
    if (file) config.loadFromFile(file);
    else config.loadFromDefault();
  } catch (error) {
    const where = named ? `kubeconfig ${named}` : 'the default kubeconfig';
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${where} can not be used: ${why}; name another one with --kubeconfig or $KUBECONFIG`);
  }
}

/** Buffers don't survive the way between threads; PEM is text anyway. */
function pem(value: unknown): unknown {
  return Buffer.isBuffer(value) ? value.toString('utf8') : value;
}

try {
  parentPort?.postMessage({ access: await load(workerData as AccessOptions) });
} catch (error) {
  parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) });
}
