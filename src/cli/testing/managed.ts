import { type TestCluster, testCluster } from '../../install/testing/cluster.ts';
import type { ManagedCluster, manageCluster } from '../cluster-access.ts';
import { recorder } from './recorder.ts';

type Verb = (
  argv: readonly string[],
  terminal: ReturnType<typeof recorder>,
  open: typeof manageCluster,
) => Promise<number>;

/** A verb on an embedded cluster: `call` gives it arguments, and resolves with the exit code and what was written. */
export function onCluster(cluster: TestCluster = testCluster()) {
  const managers: string[] = [];
  const open = async (_flags: object, manager: string): Promise<ManagedCluster> => {
    managers.push(manager);
    return { client: cluster.client, namespace: 'default', version: cluster.version, close: async () => {} };
  };
  const call = async (verb: Verb, ...argv: string[]) => {
    const terminal = recorder();
    const code = await verb(argv, terminal, open);
    return { code, ...terminal.written };
  };
  return { cluster, managers, call };
}
