import { dig, type JsonObject, type KubeObject, type ObjectRef, refOf } from '../../../kube/object.ts';
import { type Clock, toTimestamp } from '../../../runtime/clock.ts';
import type { MemoryApi } from './memory-api.ts';
import type { PodLife, Revision, Story } from './story.ts';
import { imageOf } from './story-objects.ts';

const SEEN_MS = 300;
const READY_MS: Readonly<Record<PodLife, number>> = { prompt: 2_000, slow: 25_000, dead: Number.POSITIVE_INFINITY };
const GAVE_UP_MS = 60_000;
const NODES = 3;
const kinds = new Set(['Deployment', 'DaemonSet', 'StatefulSet']);

interface Rollout {
  /** Changes whenever something newer makes this one void. */
  turn: number;
  /** What runs: pods of the template that got ready last. */
  available: number;
  template: string;
  /** No pod answers, whatever its template. */
  outage: boolean;
}

/** The controllers of workloads: they roll out what is written, at the pace that the story gives to each revision. */
export class PodLifes {
  readonly #api: MemoryApi;
  readonly #clock: Clock;
  readonly #revisions: ReadonlyMap<string, Revision>;
  readonly #rollouts = new Map<string, Rollout>();

  constructor(api: MemoryApi, clock: Clock, story: Story) {
    this.#api = api;
    this.#clock = clock;
    this.#revisions = new Map(story.revisions.map((revision, i) => [imageOf(i + 1), revision]));
    api.onChange(({ type, object }) => {
      if (!kinds.has(object.kind)) return;
      // Its pods go with it, and one of the same name begins with none
      if (type === 'deleted') this.#rollouts.delete(object.metadata.name);
      else if (dig(object, 'status', 'observedGeneration') !== object.metadata.generation) this.#roll(object);
    });
  }

  /** Every pod of a workload stops answering, for good without `seconds`. */
  outage(ref: ObjectRef, seconds: number | undefined): void {
    const rollout = this.#rolloutOf(ref.name);
    rollout.outage = true;
    this.#report(ref);
    if (seconds === undefined) return;
    this.#clock.after(seconds * 1000, () => {
      rollout.outage = false;
      this.#report(ref);
    });
  }

  /** A change is seen, then takes its time; only the newest change counts. */
  #roll(object: KubeObject): void {
    const ref = refOf(object);
    const rollout = this.#rolloutOf(ref.name);
    const { generation } = object.metadata;
    if (rollout.turn === generation) return;
    rollout.turn = generation ?? 0;
    const current = () => rollout.turn === generation && this.#rollouts.get(ref.name) === rollout;
    const later = (delayMs: number, then: () => void) => this.#clock.after(delayMs, () => current() && then());
    const template = JSON.stringify(dig(object, 'spec', 'template'));
    const wanted = wantedPods(object);
    const life = this.#lifeOf(object);
    later(SEEN_MS, () => {
      if (wanted === 0) Object.assign(rollout, { available: 0, template: '' });
      this.#report(ref);
    });
    if (wanted === 0) return;
    if (life !== 'dead') {
      later(rollout.template === template ? READY_MS.prompt : READY_MS[life], () => {
        Object.assign(rollout, { available: wanted, template });
        this.#report(ref);
      });
    } else if (object.kind === 'Deployment') {
      later(GAVE_UP_MS, () => this.#report(ref, true));
    }
  }

  #rolloutOf(name: string): Rollout {
    const rollout = this.#rollouts.get(name) ?? { turn: 0, available: 0, template: '', outage: false };
    this.#rollouts.set(name, rollout);
    return rollout;
  }

  #lifeOf(object: KubeObject): PodLife {
    const image = String(dig(object, 'spec', 'template', 'spec', 'containers', 0, 'image'));
    const side = object.metadata.name.endsWith('-primary') ? 'primary' : 'canary';
    return this.#revisions.get(image)?.[side] ?? 'prompt';
  }

  #report(ref: ObjectRef, gaveUp = false): void {
    const object = this.#api.get(ref);
    if (!object) return;
    const rollout = this.#rolloutOf(ref.name);
    const wanted = wantedPods(object);
    const template = JSON.stringify(dig(object, 'spec', 'template'));
    const isNew = rollout.template === template;
    const available = rollout.outage ? 0 : Math.min(rollout.available, wanted);
    const counts = { wanted, updated: wanted, total: wanted + (isNew || rollout.available === 0 ? 0 : 1), available };
    const now = toTimestamp(this.#clock.now());
    const status =
      object.kind === 'DaemonSet'
        ? daemonSetStatus(counts, isNew)
        : replicaStatus(object, counts, { gaveUp, isNew, now });
    this.#api.patch(ref, { status: { observedGeneration: object.metadata.generation, ...status } }, 'status');
  }
}

interface Counts {
  readonly wanted: number;
  readonly updated: number;
  readonly total: number;
  readonly available: number;
}

function daemonSetStatus({ wanted, available }: Counts, isNew: boolean): JsonObject {
  return {
    desiredNumberScheduled: wanted,
    updatedNumberScheduled: isNew || wanted === 0 ? wanted : Math.max(wanted - available, 1),
    numberReady: available,
    numberAvailable: available,
  };
}

function replicaStatus(
  object: KubeObject,
  { wanted, updated, total, available }: Counts,
  about: { readonly gaveUp: boolean; readonly isNew: boolean; readonly now: string },
): JsonObject {
  const counts = { replicas: total, updatedReplicas: updated, readyReplicas: available, availableReplicas: available };
  if (object.kind === 'StatefulSet') return { ...counts, updatedReplicas: about.isNew ? updated : 0, replicas: wanted };
  const enough = available > 0 || wanted === 0;
  const before = Array.isArray(dig(object, 'status', 'conditions'))
    ? dig(object, 'status', 'conditions', 0)
    : undefined;
  const status = enough ? 'True' : 'False';
  const since = dig(before, 'status') === status ? String(dig(before, 'lastUpdateTime')) : about.now;
  const reason = enough ? 'MinimumReplicasAvailable' : 'MinimumReplicasUnavailable';
  const progress = about.gaveUp
    ? 'ProgressDeadlineExceeded'
    : about.isNew
      ? 'NewReplicaSetAvailable'
      : 'ReplicaSetUpdated';
  return {
    ...counts,
    conditions: [
      { type: 'Available', status, reason, lastUpdateTime: since },
      { type: 'Progressing', status: about.gaveUp ? 'False' : 'True', reason: progress, lastUpdateTime: about.now },
    ],
  };
}

/** A node selector that no node fulfils takes a DaemonSet to zero. */
function wantedPods(object: KubeObject): number {
  if (object.kind !== 'DaemonSet') return Number(dig(object, 'spec', 'replicas') ?? 1);
  const selector = dig(object, 'spec', 'template', 'spec', 'nodeSelector');
  return dig(selector, 'flagger.app/scale-to-zero') === undefined ? NODES : 0;
}
