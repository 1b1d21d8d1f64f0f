import type { Cluster } from '../../kube/cluster.ts';
import { mergeDiff } from '../../kube/compare.ts';
import {
  controllerOf,
  dig,
  type JsonObject,
  type Kind,
  type KubeObject,
  type ObjectRef,
  refOf,
} from '../../kube/object.ts';
import type { Clock } from '../../runtime/clock.ts';
import { type Controller, keyOf } from './controller.ts';
import { isKind, POD, POD_FINALIZER, REPLICA_SET } from './kinds.ts';
import { nameSuffix } from './name-suffix.ts';
import { controlledBy, count, ownedBy } from './owned.ts';
import { readySince } from './pod-status.ts';

const SUFFIX_LENGTH = 5;

/** Keeps as many pods as each ReplicaSet asks for, and counts them in its status. */
export class ReplicaSetController implements Controller {
  readonly #cluster: Cluster;
  readonly #clock: Clock;
  #created = 0;
  /** Pods whose deletion was asked for and isn't in the cache yet, by uid. */
  readonly #doomed = new Set<string | undefined>();

  constructor(cluster: Cluster, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  concerns(object: KubeObject): readonly string[] {
    if (isKind(object, REPLICA_SET)) return [keyOf(object)];
    const owner = isKind(object, POD) ? controllerOf(object) : undefined;
    if (object.metadata.deletionTimestamp !== undefined) this.#doomed.delete(object.metadata.uid);
    if (owner?.kind !== REPLICA_SET.kind) return [];
    return [keyOf({ metadata: { ...object.metadata, name: owner.name } })];
  }

  async visit(ref: Omit<ObjectRef, keyof Kind>): Promise<number | undefined> {
    const set = this.#cluster.get({ ...ref, ...REPLICA_SET });
    if (!set) return undefined;
    const pods = this.#pods(set);
    if (set.metadata.deletionTimestamp === undefined) await this.#adjust(set, pods);
    return this.#writeStatus(set, this.#pods(set));
  }

  /** Pods that count: those that aren't on their way out. */
  #pods(set: KubeObject): readonly KubeObject[] {
    return ownedBy(this.#cluster, POD, set).filter(
      ({ metadata }) => metadata.deletionTimestamp === undefined && !this.#doomed.has(metadata.uid),
    );
  }

  async #adjust(set: KubeObject, pods: readonly KubeObject[]): Promise<void> {
    const missing = count(set, 'spec', 'replicas') - pods.length;
    if (missing > 0) {
      await Promise.all(Array.from({ length: missing }, () => this.#cluster.create(this.#podOf(set))));
    } else if (missing < 0) {
      const surplus = leastWanted(pods).slice(0, -missing);
      await Promise.all(surplus.map((pod) => this.#delete(pod)));
    }
  }

  async #delete(pod: KubeObject): Promise<void> {
    const { uid } = pod.metadata;
    await this.#cluster.delete(refOf(pod), uid === undefined ? {} : { uid });
    if (this.#cluster.get(refOf(pod))?.metadata.deletionTimestamp === undefined) this.#doomed.add(uid);
  }

  #podOf(set: KubeObject): KubeObject {
    const { name, namespace, uid } = set.metadata;
    const template = dig(set, 'spec', 'template') as JsonObject;
    const metadata = (template['metadata'] ?? {}) as JsonObject;
    return {
      ...POD,
      metadata: {
        ...metadata,
        // unlike a pod that was there before, also after a restart of this process: time is part of it
        name: `${name}-${nameSuffix(`${uid} ${this.#clock.now()} ${this.#created++}`, SUFFIX_LENGTH)}`,
        ...(namespace === undefined ? {} : { namespace }),
        finalizers: [POD_FINALIZER],
        ownerReferences: [controlledBy(set)],
      },
      spec: template['spec'],
    };
  }

  /** @returns when the next pod becomes available by age alone */
  async #writeStatus(set: KubeObject, pods: readonly KubeObject[]): Promise<number | undefined> {
    const nowMs = this.#clock.now();
    const minReadyMs = count(set, 'spec', 'minReadySeconds') * 1000;
    const readyFor = pods.map(readySince).flatMap((since) => (since === undefined ? [] : [nowMs - since]));
    const numbers = {
      fullyLabeledReplicas: pods.length,
      readyReplicas: readyFor.length,
      availableReplicas: readyFor.filter((ms) => ms >= minReadyMs).length,
    };
    const status = {
      replicas: pods.length,
      ...Object.fromEntries(Object.entries(numbers).filter(([, value]) => value > 0)),
      observedGeneration: set.metadata.generation ?? 0,
    };
    const diff = mergeDiff(set['status'] ?? {}, status);
    if (diff) await this.#cluster.patch(refOf(set), { status: diff }, { subresource: 'status' });
    const waiting = readyFor.filter((ms) => ms < minReadyMs).map((ms) => minReadyMs - ms);
    return waiting.length > 0 ? Math.min(...waiting) : undefined;
  }
}

/** Unready pods before ready ones, young before old. `pods` goes from oldest to newest. */
function leastWanted(pods: readonly KubeObject[]): readonly KubeObject[] {
  const rank = (pod: KubeObject) => readySince(pod) ?? Number.POSITIVE_INFINITY;
  return pods.toReversed().toSorted((a, b) => (rank(a) === rank(b) ? 0 : rank(b) - rank(a)));
}
