import type { Client } from '../kube/client.ts';

export interface AccessFlags {
  readonly kubeconfig?: string;
  readonly context?: string;
}

/** A cluster to read from. `namespace` is the one of the kubeconfig's context. */
export interface OpenCluster {
  readonly client: Pick<Client, 'get' | 'list'>;
  readonly namespace: string;
  close(): Promise<void>;
}

/** A cluster to install into. */
export interface ManagedCluster extends OpenCluster {
  readonly client: Client;
  /** Version of the API server, such as `v1.34.4`. Rejects with an `ApiError` when it doesn't say it. */
  version(): Promise<string>;
}

/** Opens the cluster that the flags or the environment name. Rejects, saying why, when there is none. */
export async function openCluster(flags: AccessFlags): Promise<OpenCluster> {
  return manageCluster(flags, 'sluice-cli');
}

/** Opens it for writing; `manager` is the name that writes are noted under. Rejects as `openCluster` does. */
export async function manageCluster(flags: AccessFlags, manager: string): Promise<ManagedCluster> {
  // Loaded here, because `sluice --help` shouldn't pay for them
  const [{ loadAccess }, { undiciTransport }, { Client }, { systemClock }, { serverVersion }] = await Promise.all([
    import('../kube/kubeconfig.ts'),
    import('../kube/undici-transport.ts'),
    import('../kube/client.ts'),
    import('../runtime/clock.ts'),
    import('../install/server-version.ts'),
  ]);
  const access = await loadAccess(flags);
  const transport = undiciTransport(access.endpoint, systemClock);
  const client = new Client(transport, { clock: systemClock, userAgent: 'sluice-cli', fieldManager: manager });
  return {
    client,
    namespace: access.namespace,
    version: () => serverVersion(transport),
    close: () => client.close(),
  };
}
