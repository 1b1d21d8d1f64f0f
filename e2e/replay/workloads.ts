import { digest } from '../../src/canary/digest.ts';
import type { Cluster } from '../../src/kube/cluster.ts';
import { ApiError } from '../../src/kube/errors.ts';
import { dig, type JsonObject, type Kind, type KubeObject, refOf, type StringMap } from '../../src/kube/object.ts';
import { type Clock, toTimestamp } from '../../src/runtime/clock.ts';

const DELAY_MS = 1_000;
/** A node selector that none of them fulfils takes a DaemonSet to zero. */
const NODES = 3;

/** Kinds whose controllers are played here. */
export const playedKinds: readonly Kind[] = [
  { apiVersion: 'apps/v1', kind: 'Deployment' },
  { apiVersion: 'apps/v1', kind: 'DaemonSet' },
  { apiVersion: 'apps/v1', kind: 'StatefulSet' },
];

type Json = Record<string, unknown>;

/**
 * Plays the workload controllers as the recordings had them: a change is rolled out one second later. Image tags spoil it:
 * `-stuck` never becomes available, `-deadline` exceeds its deadline at once, `-badprimary` does so on the primary only.
 */
export function playWorkloads(cluster: Cluster, clock: Clock): () => void {
  const pending = new Set<string>();
  const settleLater = (object: KubeObject) => {
    if (!playedKinds.some(({ kind }) => kind === object.kind)) return;
    const { name, generation } = object.metadata;
    const key = `${object.kind}/${name}/${generation}`;
    if (dig(object, 'status', 'observedGeneration') === generation || pending.has(key)) return;
    pending.add(key);
    clock.after(DELAY_MS, () => {
      pending.delete(key);
      const live = cluster.get(refOf(object));
      if (!live) return;
      const status = { observedGeneration: live.metadata.generation, ...statusOf(live, toTimestamp(clock.now())) };
      void cluster.patch(refOf(object), { status } as never, { subresource: 'status' });
    });
  };
  return cluster.onChange(({ type, object }) => {
    if (type === 'deleted') return;
    settleLater(object);
    void remember(cluster, object);
  });
}

/** Keeps each template of a workload as its controller does for a rollback: in a ReplicaSet, or in a ControllerRevision. */
async function remember(cluster: Cluster, workload: KubeObject): Promise<void> {
  if (!playedKinds.some(({ kind }) => kind === workload.kind)) return;
  const { apiVersion, kind, metadata } = workload;
  const { name, namespace, uid = '' } = metadata;
  const template = dig(workload, 'spec', 'template') as JsonObject;
  const hash = digest(template);
  const { labels = {} } = (template['metadata'] ?? {}) as { labels?: StringMap };
  const meta = {
    name: `${name}-${hash}`,
    ...(namespace === undefined ? {} : { namespace }),
    labels: { ...labels, 'pod-template-hash': hash },
    ownerReferences: [{ apiVersion, kind, name, uid, controller: true, blockOwnerDeletion: true }],
  };
  const kept: KubeObject =
    kind === 'Deployment'
      ? { apiVersion, kind: 'ReplicaSet', metadata: meta, spec: { replicas: 0, ...selecting(workload, hash) } }
      : {
          apiVersion,
          kind: 'ControllerRevision',
          metadata: meta,
          revision: metadata.generation,
          data: { spec: { template: { ...template, $patch: 'replace' } } },
        };
  await cluster.create(kept).catch((error: unknown) => {
    if (!ApiError.is(error, 'AlreadyExists') && !ApiError.is(error, 'NotFound')) throw error;
  });
}

/** Selector and template of a ReplicaSet. */
function selecting(workload: KubeObject, hash: string): JsonObject {
  const withHash = (labels: unknown) => ({ ...(labels as JsonObject), 'pod-template-hash': hash });
  const template = dig(workload, 'spec', 'template') as JsonObject;
  const metadata = template['metadata'] as JsonObject;
  return {
    selector: { matchLabels: withHash(dig(workload, 'spec', 'selector', 'matchLabels')) },
    template: { ...template, metadata: { ...metadata, labels: withHash(metadata['labels']) } },
  };
}

function statusOf(object: KubeObject, now: string): Json {
  const image = String(dig(object, 'spec', 'template', 'spec', 'containers', 0, 'image'));
  const spoiled = spoil(image, object.metadata.name);
  if (object.kind === 'DaemonSet') return daemonSetStatus(object, spoiled === 'ok');
  const replicas = Number(dig(object, 'spec', 'replicas') ?? 1);
  const ok = spoiled === 'ok' || replicas === 0;
  const ready = ok ? replicas : 0;
  const counts = { replicas, updatedReplicas: replicas, readyReplicas: ready, availableReplicas: ready };
  if (object.kind === 'StatefulSet') return counts;
  const available = ok ? ['True', 'MinimumReplicasAvailable'] : ['False', 'MinimumReplicasUnavailable'];
  const progressing = ok
    ? ['True', 'NewReplicaSetAvailable']
    : spoiled === 'deadline'
      ? ['False', 'ProgressDeadlineExceeded']
      : ['True', 'ReplicaSetUpdated'];
  return {
    ...counts,
    unavailableReplicas: ok ? 0 : replicas,
    conditions: [condition('Available', available, now), condition('Progressing', progressing, now)],
  };
}

function daemonSetStatus(object: KubeObject, ok: boolean): Json {
  const selector = (dig(object, 'spec', 'template', 'spec', 'nodeSelector') ?? {}) as Json;
  const desired = 'flagger.app/scale-to-zero' in selector ? 0 : NODES;
  const available = ok ? desired : 0;
  return {
    currentNumberScheduled: desired,
    desiredNumberScheduled: desired,
    updatedNumberScheduled: desired,
    numberMisscheduled: 0,
    numberReady: available,
    numberAvailable: available,
    numberUnavailable: desired - available,
  };
}

function condition(type: string, [status = '', reason = '']: readonly string[], now: string): Json {
  return { type, status, reason, message: reason, lastUpdateTime: now, lastTransitionTime: now };
}

function spoil(image: string, name: string): 'ok' | 'stuck' | 'deadline' {
  if (image.endsWith('-badprimary')) return name.endsWith('-primary') ? 'deadline' : 'ok';
  return image.endsWith('-stuck') ? 'stuck' : image.endsWith('-deadline') ? 'deadline' : 'ok';
}
