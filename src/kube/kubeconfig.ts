import { Worker } from 'node:worker_threads';
import type { Endpoint } from './undici-transport.ts';

export interface AccessOptions {
  /** Path of a kubeconfig; otherwise `$KUBECONFIG`, the default file, or the pod's service account. */
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

/** What a kubeconfig says, with its credentials got. */
export interface LoadedAccess {
  readonly server: string;
  readonly tls: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, string | string[]>>;
  readonly namespace: string;
  /** The credentials come from a command or a file that is written anew, so they are good for a while only. */
  readonly expires: boolean;
}

/** How long credentials that expire are used before they are got again. */
const RENEW_AFTER_MS = 300_000;

/**
 * Finds the API server and the credentials as every Kubernetes client does. Rejects when there is no usable configuration,
 * saying what was tried.
 */
export async function loadAccess(options: AccessOptions): Promise<Access> {
  let loaded = await load(options);
  let renewing: Promise<void> | undefined;
  let goodUntil = Date.now() + RENEW_AFTER_MS;
  const renew = () => {
    renewing ??= load(options)
      .then((next) => {
        loaded = next;
        goodUntil = Date.now() + RENEW_AFTER_MS;
      })
      .finally(() => {
        renewing = undefined;
      });
    return renewing;
  };
  return {
    endpoint: {
      server: loaded.server,
      tls: loaded.tls,
      async authorize(refused) {
        if (refused || (loaded.expires && Date.now() > goodUntil)) await renew();
        return loaded.headers;
      },
    },
    namespace: loaded.namespace,
  };
}

/** In a thread that takes the library's memory with it when it ends. */
function load(options: AccessOptions): Promise<LoadedAccess> {
  // Built code lies beside its workers as JavaScript
  const extension = import.meta.url.endsWith('.ts') ? 'ts' : 'js';
  const worker = new Worker(new URL(`./kubeconfig-worker.${extension}`, import.meta.url), { workerData: options });
  return new Promise((resolve, reject) => {
    worker.once('message', (message: { access?: LoadedAccess; problem?: string }) => {
      if (message.access) resolve(message.access);
      else reject(new Error(message.problem));
      void worker.terminate();
    });
    worker.once('error', reject);
  });
}
