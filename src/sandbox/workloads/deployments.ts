import type { Cluster } from '../../kube/cluster.ts';
import { equalValues, mergeDiff } from '../../kube/compare.ts';
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
import { type DeploymentRule, deploymentRule } from './deployment-rule.ts';
import { deploymentStatus, type PodCounts } from './deployment-status.ts';
import { DEPLOYMENT, isKind, REPLICA_SET, REVISION_ANNOTATION, TEMPLATE_HASH_LABEL } from './kinds.ts';
import { canonicalJson, nameSuffix } from './name-suffix.ts';
import { controlledBy, count, ownedBy, templateLabels } from './owned.ts';
import { tagFault } from './pod-spec.ts';
import { nextScales, type SetView } from './rollout.ts';

const HASH_LENGTH = 10;

/** The ReplicaSets of a Deployment: the one of its present template, and the rest from oldest to newest. */
interface Sets {
  readonly current: KubeObject | undefined;
  readonly old: readonly KubeObject[];
}

/** Rolls Deployments out: one ReplicaSet per pod template, scaled step by step as pods become available. */
export class DeploymentController implements Controller {
  readonly #cluster: Cluster;
  readonly #clock: Clock;

  constructor(cluster: Cluster, clock: Clock) {
    this.#cluster = cluster;
    this.#clock = clock;
  }

  concerns(object: KubeObject): readonly string[] {
    if (isKind(object, DEPLOYMENT)) return [keyOf(object)];
    const owner = isKind(object, REPLICA_SET) ? controllerOf(object) : undefined;
    if (owner?.kind !== DEPLOYMENT.kind) return [];
    return [keyOf({ metadata: { ...object.metadata, name: owner.name } })];
  }

  async visit(ref: Omit<ObjectRef, keyof Kind>): Promise<number | undefined> {
    const deployment = this.#cluster.get({ ...ref, ...DEPLOYMENT });
    if (!deployment || deployment.metadata.deletionTimestamp !== undefined) return undefined;
    const rule = deploymentRule(deployment);
    if (this.#sets(deployment).current === undefined && !rule.paused) {
      await this.#cluster.create(replicaSetOf(deployment));
      // said before the first pod is there, so that each pod counts as progress
      await this.#writeStatus(ref, rule, true);
    }
    const sets = this.#sets(deployment);
    await this.#scale(rule, sets);
    await this.#numberRevision(deployment, sets);
    await this.#forgetHistory(rule, sets.old);
    return this.#writeStatus(ref, rule, false);
  }

  #sets(deployment: KubeObject): Sets {
    const template = dig(deployment, 'spec', 'template');
    const all = ownedBy(this.#cluster, REPLICA_SET, deployment);
    const current = all.find((set) => equalValues(templateOf(set), template));
    return { current, old: all.filter((set) => set !== current) };
  }

  async #scale(rule: DeploymentRule, { current, old }: Sets): Promise<void> {
    const scales = rule.paused
      ? pausedScales(rule, current ? [...old, current] : old)
      : current
        ? nextScales(rule, viewOf(current), old.map(viewOf))
        : [];
    const { namespace } = current?.metadata ?? old[0]?.metadata ?? {};
    for (const { name, replicas } of scales) {
      const ref = { ...REPLICA_SET, name, ...(namespace === undefined ? {} : { namespace }) };
      await this.#cluster.patch(ref, { spec: { replicas } });
    }
  }

  /** Gives the present ReplicaSet the highest revision number, and the Deployment the same. */
  async #numberRevision(deployment: KubeObject, { current, old }: Sets): Promise<void> {
    if (!current) return;
    const highest = Math.max(0, ...old.map(revisionOf));
    const revision = revisionOf(current) > highest ? revisionOf(current) : highest + 1;
    const metadata = { annotations: { [REVISION_ANNOTATION]: String(revision) } };
    if (revisionOf(current) !== revision) await this.#cluster.patch(refOf(current), { metadata });
    if (revisionOf(deployment) === revision) return;
    // there it isn't a change of what the Deployment asks for, so its generation stays
    await this.#cluster.patch(refOf(deployment), { metadata }, { subresource: 'status' });
  }

  async #forgetHistory(rule: DeploymentRule, old: readonly KubeObject[]): Promise<void> {
    const idle = old.filter((set) => count(set, 'spec', 'replicas') === 0 && count(set, 'status', 'replicas') === 0);
    const surplus = idle.slice(0, Math.max(idle.length - rule.revisionHistoryLimit, 0));
    for (const set of surplus) await this.#cluster.delete(refOf(set));
  }

  async #writeStatus(
    ref: Omit<ObjectRef, keyof Kind>,
    rule: DeploymentRule,
    created: boolean,
  ): Promise<number | undefined> {
    const deployment = this.#cluster.get({ ...ref, ...DEPLOYMENT });
    if (!deployment) return undefined;
    const { current, old } = this.#sets(deployment);
    const nowMs = this.#clock.now();
    const { status, deadlineAtMs } = deploymentStatus({
      deployment,
      rule,
      counts: podCounts(current, old),
      current: current && { name: current.metadata.name, created },
      givesUp: tagFault(imageOf(deployment), deployment.metadata.name) === 'deadline',
      nowMs,
    });
    const diff = mergeDiff(deployment['status'] ?? {}, status);
    if (diff) await this.#cluster.patch(refOf(deployment), { status: diff }, { subresource: 'status' });
    return deadlineAtMs === undefined ? undefined : Math.max(deadlineAtMs - nowMs, 0);
  }
}

/** A paused Deployment follows its replicas only where that is unambiguous. */
function pausedScales(
  rule: DeploymentRule,
  sets: readonly KubeObject[],
): readonly { name: string; replicas: number }[] {
  const active = sets.filter((set) => count(set, 'spec', 'replicas') > 0);
  const only = active.length === 0 ? sets.at(-1) : active.length === 1 ? active[0] : undefined;
  if (!only || count(only, 'spec', 'replicas') === rule.replicas) return [];
  return [{ name: only.metadata.name, replicas: rule.replicas }];
}

function viewOf(set: KubeObject): SetView {
  return {
    name: set.metadata.name,
    replicas: count(set, 'spec', 'replicas'),
    present: count(set, 'status', 'replicas'),
    available: count(set, 'status', 'availableReplicas'),
  };
}

function podCounts(current: KubeObject | undefined, old: readonly KubeObject[]): PodCounts {
  const all = current ? [...old, current] : old;
  const total = (field: string) => all.reduce((sum, set) => sum + count(set, 'status', field), 0);
  return {
    replicas: total('replicas'),
    updated: current ? count(current, 'status', 'replicas') : 0,
    ready: total('readyReplicas'),
    available: total('availableReplicas'),
  };
}

function replicaSetOf(deployment: KubeObject): KubeObject {
  const { name, namespace } = deployment.metadata;
  const template = dig(deployment, 'spec', 'template') as JsonObject;
  const hash = nameSuffix(canonicalJson(template), HASH_LENGTH);
  const labels = { ...templateLabels(deployment), [TEMPLATE_HASH_LABEL]: hash };
  const selector = dig(deployment, 'spec', 'selector') as JsonObject;
  const matchLabels = { ...(selector['matchLabels'] as JsonObject | undefined), [TEMPLATE_HASH_LABEL]: hash };
  const minReadySeconds = count(deployment, 'spec', 'minReadySeconds');
  return {
    ...REPLICA_SET,
    metadata: {
      name: `${name}-${hash}`,
      ...(namespace === undefined ? {} : { namespace }),
      labels,
      ownerReferences: [controlledBy(deployment)],
    },
    spec: {
      replicas: 0,
      ...(minReadySeconds > 0 ? { minReadySeconds } : {}),
      selector: { ...selector, matchLabels },
      template: { ...template, metadata: { ...(template['metadata'] as JsonObject | undefined), labels } },
    },
  };
}

/** The template as the Deployment had it. */
function templateOf(set: KubeObject): unknown {
  const { [TEMPLATE_HASH_LABEL]: _, ...labels } = templateLabels(set);
  const template = dig(set, 'spec', 'template') as JsonObject;
  return { ...template, metadata: { ...(template['metadata'] as JsonObject | undefined), labels } };
}

function revisionOf(object: KubeObject): number {
  return Number(object.metadata.annotations?.[REVISION_ANNOTATION] ?? 0);
}

function imageOf(deployment: KubeObject): string {
  return String(dig(deployment, 'spec', 'template', 'spec', 'containers', 0, 'image') ?? '');
}
