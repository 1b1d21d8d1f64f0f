import type { Cluster } from '../src/kube/cluster.ts';
import { ApiError } from '../src/kube/errors.ts';
import { dig, type JsonObject, type KubeObject, refOf } from '../src/kube/object.ts';
import { toTimestamp } from '../src/runtime/clock.ts';

export const deploymentKind = { apiVersion: 'apps/v1', kind: 'Deployment' };

/** Stands in for the workload controllers and the nodes: every Deployment is rolled out at once. Returns the way to stop. */
export function rollOut(cluster: Cluster): () => void {
  let stopped = false;
  const stopListening = cluster.onChange(({ type, object }) => {
    if (type === 'deleted' || object.kind !== deploymentKind.kind) return;
    const status = rolledOut(object, Date.now());
    if (!status) return;
    void cluster.patch(refOf(object), { status }, { subresource: 'status' }).catch((error: unknown) => {
      // Somebody else was faster, or the API server is on its way out
      if (stopped || ApiError.is(error, 'NotFound') || ApiError.is(error, 'Conflict')) return;
      throw error;
    });
  });
  return () => {
    stopped = true;
    stopListening();
  };
}

/** Whether all Deployments of a namespace say so. */
export function allRolledOut(cluster: Cluster, namespace: string): boolean {
  return cluster.list(deploymentKind, namespace).every((each) => rolledOut(each, 0) === undefined);
}

/** The status of a Deployment whose pods all run; `undefined` when it says so already. */
export function rolledOut(deployment: KubeObject, now: number): JsonObject | undefined {
  const { generation = 1 } = deployment.metadata;
  if (dig(deployment, 'status', 'observedGeneration') === generation) return undefined;
  const replicas = Number(dig(deployment, 'spec', 'replicas') ?? 1);
  const time = toTimestamp(now);
  const condition = (type: string, reason: string) => {
    return { type, status: 'True', reason, lastUpdateTime: time, lastTransitionTime: time };
  };
  return {
    observedGeneration: generation,
    replicas,
    updatedReplicas: replicas,
    readyReplicas: replicas,
    availableReplicas: replicas,
    unavailableReplicas: 0,
    conditions: [
      condition('Available', 'MinimumReplicasAvailable'),
      condition('Progressing', 'NewReplicaSetAvailable'),
    ],
  };
}
