import { canaryKind } from '../src/canary/observe.ts';
import { objectOr } from '../src/canary/workloads/json.ts';
import { templateRevision } from '../src/canary/workloads/revision.ts';
import type { Cluster } from '../src/kube/cluster.ts';
import { dig, type Kind, type KubeObject, refOf } from '../src/kube/object.ts';
import { routeKind } from './ground.ts';
import { deploymentKind } from './rollouts.ts';

/** How many copies are made at the same time: enough to keep the API server busy, too few to be turned away. */
const AT_ONCE = 32;

/** What belongs to a canary at rest, by kind and by what follows its name; its owner comes first. */
const parts: readonly (readonly [Kind, string])[] = [
  [canaryKind, ''],
  [deploymentKind, ''],
  [deploymentKind, '-primary'],
  [{ apiVersion: 'v1', kind: 'Service' }, ''],
  [{ apiVersion: 'v1', kind: 'Service' }, '-primary'],
  [{ apiVersion: 'v1', kind: 'Service' }, '-canary'],
  [routeKind, ''],
];

/**
 * Makes canaries at rest from one that a controller brought there: the same objects under other names, and a status of the same
 * words. Half of the requests of an initialisation, and no controller that has to be waited for.
 */
export async function copyAtRest(
  cluster: Cluster,
  namespace: string,
  model: string,
  names: readonly string[],
): Promise<void> {
  const originals = await Promise.all(
    parts.map(async ([kind, suffix]) => {
      const original = await cluster.read({ ...kind, namespace, name: model + suffix });
      if (!original)
        throw new Error(`${kind.kind} ${namespace}/${model}${suffix} is missing: there is nothing to copy`);
      return original;
    }),
  );
  const waiting = [...names];
  const work = async () => {
    for (let name = waiting.shift(); name !== undefined; name = waiting.shift()) {
      await copy(
        cluster,
        originals.map((original) => renamed(original, model, name)),
      );
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

async function copy(cluster: Cluster, [canary, target, ...owned]: readonly KubeObject[]): Promise<void> {
  if (!canary || !target) throw new Error('a copy is a canary, its target and what it owns');
  const { uid = '' } = (await cluster.create(canary)).metadata;
  const revision = templateRevision(await cluster.create(target));
  for (const object of owned) {
    const ownerReferences = object.metadata.ownerReferences?.map((owner) => ({ ...owner, uid }));
    await cluster.create({ ...object, metadata: { ...object.metadata, ...(ownerReferences && { ownerReferences }) } });
  }
  // Nothing of it is left to be said
  const { telling: _, ...run } = objectOr(dig(canary, 'status', 'run'));
  const status = { ...objectOr(canary['status']), run, lastAppliedSpec: revision, lastPromotedSpec: revision };
  await cluster.patch(refOf(canary), { status }, { subresource: 'status' });
}

/** An object under the name of another canary, without what an API server gives to each. */
function renamed(original: KubeObject, from: string, to: string): KubeObject {
  const { metadata, spec, ...rest } = JSON.parse(JSON.stringify(original).replaceAll(from, to)) as KubeObject;
  const { name, namespace, labels, annotations, finalizers, ownerReferences } = metadata;
  return {
    ...rest,
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(finalizers && { finalizers }),
      ...(ownerReferences && { ownerReferences }),
    },
    ...(spec !== undefined && { spec }),
  };
}
