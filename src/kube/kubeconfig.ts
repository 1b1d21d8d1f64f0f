import type { Endpoint } from './undici-transport.ts';

export interface AccessOptions {
  /** Path of a kubeconfig; otherwise `$KUBECONFIG`, the pod's service account, or the default file. */
  readonly kubeconfig?: string | undefined;
  readonly context?: string | undefined;
  /** Overrides the server of the kubeconfig. */
  readonly master?: string | undefined;
}

export interface Access {
  readonly endpoint: Endpoint;
  /** The namespace of the context; `default` when it names none. */
  readonly namespace: string;
}

/**
 * Finds the API server and the credentials as every Kubernetes client does. Rejects when there is no usable configuration,
 * saying what was tried.
 */
export async function loadAccess(options: AccessOptions): Promise<Access> {
  // Loading this library costs most of a second, which commands that need no cluster shouldn't pay.
  const { KubeConfig } = await import('@kubernetes/client-node');
  let config = load(new KubeConfig(), options);
  const server = options.master || config.getCurrentCluster()?.server;
  if (!server) {
    throw new Error('no cluster is configured: name one with --kubeconfig, $KUBECONFIG or --master');
  }
  const https: Record<string, unknown> = {};
  await config.applyToHTTPSOptions(https);
  const { ca, cert, key, rejectUnauthorized, servername } = https;
  const given = { ca, cert, key, rejectUnauthorized, servername };
  return {
    endpoint: {
      server: server.replace(/\/$/, ''),
      tls: Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)),
      async authorize(renew) {
        if (renew) config = load(new KubeConfig(), options);
        const asked: { headers?: Record<string, string | string[]>; auth?: string } = {};
        await config.applyToHTTPSOptions(asked);
        const basic = asked.auth ? { Authorization: `Basic ${Buffer.from(asked.auth).toString('base64')}` } : {};
        return { ...asked.headers, ...basic };
      },
    },
    namespace: config.getContextObject(config.getCurrentContext())?.namespace ?? 'default',
  };
}

type Config = import('@kubernetes/client-node').KubeConfig;

function load(config: Config, options: AccessOptions): Config {
  if (options.kubeconfig) config.loadFromFile(options.kubeconfig);
  else config.loadFromDefault();
  if (options.context) config.setCurrentContext(options.context);
  // The library refuses plain HTTP unless told that TLS isn't wanted; the URL says so already
  config.clusters = config.clusters.map((each) =>
    each.server.startsWith('http:') ? { ...each, skipTLSVerify: true } : each,
  );
  return config;
}
