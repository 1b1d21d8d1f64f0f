import { ensureBinaries } from '../cluster/binaries.ts';
import { startControlPlane } from '../cluster/control-plane.ts';
import { kubectlFor } from './kubectl.ts';
import type { TestCluster } from './test-cluster.ts';

/** Starts a control plane whose Deployments make pods that are ready at once; it ends with the scenarios. */
export async function ownCluster(say: (line: string) => void): Promise<TestCluster> {
  const binaries = await ensureBinaries(say);
  const plane = await startControlPlane({ binaries, controllers: 'all', nodes: true });
  const kubectl = binaries.path('kubectl');
  try {
    kubectlFor(kubectl, plane.kubeconfig)('apply', '--server-side', '--recursive', '-f', binaries.crds);
  } catch (error) {
    await plane.stop();
    throw error;
  }
  say(`a control plane of our own at ${plane.server}`);
  return { admin: plane.kubeconfig, kubectl, installFlags: ['--timeout', '2m'], leave: () => plane.stop() };
}
