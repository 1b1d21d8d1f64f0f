import { afterAll, beforeAll, describe } from 'vitest';
import type { Transport } from '../../../kube/transport.ts';
import { Client } from './client.ts';
import { describeCustomResources } from './custom-resources.ts';
import { describeDefaults } from './defaults.ts';
import { describeDiscovery } from './discovery.ts';
import { describeLifecycle } from './lifecycle.ts';
import { describeLists } from './lists.ts';
import { describeObjects } from './objects.ts';
import { describePatches } from './patches.ts';
import { describeRefusals } from './refusals.ts';
import { describeTables } from './tables.ts';
import { describeWatches } from './watches.ts';

/** A way to an API server. */
export interface Connection {
  readonly transport: Transport;
  close(): Promise<void>;
}

/** Gives a test its client and a namespace of its own. */
export type Connected = () => Promise<{ readonly client: Client; readonly namespace: string }>;

/**
 * The behaviour that any Kubernetes API server has to show, be it embedded or real.
 * @param controllers whether garbage collection and namespace deletion run there; a lone kube-apiserver has neither
 */
export function describeApi(name: string, controllers: boolean, connect: () => Promise<Connection>): void {
  describe(name, () => {
    let connection: Connection | undefined;
    beforeAll(async () => {
      connection = await connect();
    });
    afterAll(async () => {
      await connection?.close();
    });
    const connected: Connected = async () => {
      if (!connection) throw new Error('there is no connection');
      const client = new Client(connection.transport);
      return { client, namespace: await client.namespace() };
    };
    describeObjects(connected);
    describeLists(connected);
    describeWatches(connected);
    describePatches(connected);
    describeCustomResources(connected);
    describeDefaults(connected);
    describeRefusals(connected);
    describeTables(connected);
    describeDiscovery(connected);
    if (controllers) describeLifecycle(connected);
  });
}
