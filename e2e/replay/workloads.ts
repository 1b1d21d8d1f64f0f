import type { Cluster } from '../../src/kube/cluster.ts';
import type { KubeObject } from '../../src/kube/object.ts';
import { dig } from '../../src/kube/object.ts';
import { type Clock, toTimestamp } from '../../src/runtime/clock.ts';

const DELAY_MS = 1_000;
const deployments = { apiVersion: 'apps/v1', kind: 'Deployment' } as const;

type Json = Record<string, unknown>;

/**
 * Plays the Deployment controller as the recordings had it: a change is rolled out one second later. Image tags spoil it:
 * `-stuck` never becomes available, `-deadline` exceeds its deadline at once, `-badprimary` does so on the primary only.
 */
export function playWorkloads(cluster: Cluster, clock: Clock): () => void {
  const pending = new Set<string>();
  const settleLater = (object: KubeObject) => {
    if (object.kind !== 'Deployment') return;
    const key = `${object.metadata.name}/${object.metadata.generation}`;
    if (dig(object, 'status', 'observedGeneration') === object.metadata.generation || pending.has(key)) return;
    pending.add(key);
    clock.after(DELAY_MS, () => {
      pending.delete(key);
      const live = cluster.get({
        ...deployments,
        namespace: object.metadata.namespace ?? '',
        name: object.metadata.name,
      });
      if (!live) return;
      const ref = { ...deployments, namespace: live.metadata.namespace ?? '', name: live.metadata.name };
      void cluster.patch(ref, { status: statusOf(live, toTimestamp(clock.now())) } as never, { subresource: 'status' });
    });
  };
  return cluster.onChange(({ type, object }) => {
    if (type !== 'deleted') settleLater(object);
  });
}

function statusOf(object: KubeObject, now: string): Json {
  const replicas = Number(dig(object, 'spec', 'replicas') ?? 1);
  const image = String(dig(object, 'spec', 'template', 'spec', 'containers', 0, 'image'));
  const spoiled = spoil(image, object.metadata.name);
  const ok = spoiled === 'ok' || replicas === 0;
  const ready = ok ? replicas : 0;
  const counts = {
    replicas,
    updatedReplicas: replicas,
    readyReplicas: ready,
    availableReplicas: ready,
    unavailableReplicas: ok ? 0 : replicas,
  };
  const available = ok ? ['True', 'MinimumReplicasAvailable'] : ['False', 'MinimumReplicasUnavailable'];
  const progressing = ok
    ? ['True', 'NewReplicaSetAvailable']
    : spoiled === 'deadline'
      ? ['False', 'ProgressDeadlineExceeded']
      : ['True', 'ReplicaSetUpdated'];
  return {
    observedGeneration: object.metadata.generation,
    ...counts,
    conditions: [condition('Available', available, now), condition('Progressing', progressing, now)],
  };
}

function condition(type: string, [status = '', reason = '']: readonly string[], now: string): Json {
  return { type, status, reason, message: reason, lastUpdateTime: now, lastTransitionTime: now };
}

function spoil(image: string, name: string): 'ok' | 'stuck' | 'deadline' {
  if (image.endsWith('-badprimary')) return name.endsWith('-primary') ? 'deadline' : 'ok';
  return image.endsWith('-stuck') ? 'stuck' : image.endsWith('-deadline') ? 'deadline' : 'ok';
}
