import { parentPort, workerData } from 'node:worker_threads';
import { KubeConfig } from '@kubernetes/client-node';
import type { AccessOptions, LoadedAccess } from './kubeconfig.ts';
import { chosenServer, isGuess } from './kubeconfig-choice.ts';

/**
 * Reads a kubeconfig and gets its credentials, in a thread that ends afterwards. The library brings a generated client of
 * some sixty megabytes along, of which nothing else is needed.
 */
async function load(options: AccessOptions): Promise<LoadedAccess> {
  const config = new KubeConfig();
  const source = read(config, options);
  if (options.context) config.setCurrentContext(options.context);
  const server = options.master || chosenServer(config, source);
  const chosen = config.getCurrentCluster()?.name;
  // The library refuses plain HTTP unless told that TLS isn't wanted; the URL that is really used says so already
  config.clusters = config.clusters.map((each) => {
    const cluster = each.name === chosen ? { ...each, server } : each;
    return cluster.server.startsWith('http:') ? { ...cluster, skipTLSVerify: true } : cluster;
  });
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

/** Returns what was read, in words. Rejects with the file's name: the library's own words don't say which one it was. */
function read(config: KubeConfig, { kubeconfig: file, master }: AccessOptions): string {
  const named = file || process.env['KUBECONFIG'];
  const source = named ? `kubeconfig ${named}` : 'the default kubeconfig';
  try {
    if (file) config.loadFromFile(file);
    else config.loadFromDefault();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new Error(`${source} can not be used: ${why}; name another one with --kubeconfig or $KUBECONFIG`);
  }
  if (!named && !master && isGuess(config)) throw new Error(noCluster);
  return source;
}

const noCluster =
  'no cluster is configured: there is no file ~/.kube/config and no service account of a pod; ' +
  'name a kubeconfig with --kubeconfig or $KUBECONFIG';

/** Buffers don't survive the way between threads; PEM is text anyway. */
function pem(value: unknown): unknown {
  return Buffer.isBuffer(value) ? value.toString('utf8') : value;
}

try {
  parentPort?.postMessage({ access: await load(workerData as AccessOptions) });
} catch (error) {
  parentPort?.postMessage({ problem: error instanceof Error ? error.message : String(error) });
}
