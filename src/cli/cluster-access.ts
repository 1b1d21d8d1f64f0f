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

/** Opens the cluster that the flags or the environment name. Rejects, saying why, when there is none. */
export async function openCluster(flags: AccessFlags): Promise<OpenCluster> {
  // Loaded here, because `sluice --help` shouldn't pay for them
  const [{ loadAccess }, { undiciTransport }, { Client }, { systemClock }] = await Promise.all([
    import('../kube/kubeconfig.ts'),
    import('../kube/undici-transport.ts'),
    import('../kube/client.ts'),
    import('../runtime/clock.ts'),
  ]);
  const access = await loadAccess(flags);
  const transport = undiciTransport(access.endpoint, systemClock);
  const client = new Client(transport, { clock: systemClock, userAgent: 'sluice-cli' });
  return { client, namespace: access.namespace, close: () => client.close() };
}
