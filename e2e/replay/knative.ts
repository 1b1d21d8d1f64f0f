import type { Cluster } from '../../src/kube/cluster.ts';
import { dig, type JsonObject, type KubeObject, refOf } from '../../src/kube/object.ts';
import type { Clock } from '../../src/runtime/clock.ts';

const DELAY_MS = 1_000;
const apiVersion = 'serving.knative.dev/v1';

/** Plays Knative: each change of a template makes a revision, which is ready one second later. */
export function playKnative(cluster: Cluster, clock: Clock): () => void {
  const templates = new Map<string, readonly string[]>();
  const play = (object: KubeObject) => {
    const { name, namespace, generation } = object.metadata;
    if (dig(object, 'status', 'observedGeneration') === generation) return;
    const known = templates.get(`${namespace}/${name}`) ?? [];
    const template = JSON.stringify(dig(object, 'spec', 'template'));
    if (known.at(-1) !== template) templates.set(`${namespace}/${name}`, [...known, template]);
    const count = templates.get(`${namespace}/${name}`)?.length ?? 1;
    clock.after(DELAY_MS, () => void settle(cluster, object, `${name}-${String(count).padStart(5, '0')}`));
  };
  return cluster.onChange(({ type, object }) => {
    if (type !== 'deleted' && object.kind === 'Service' && object.apiVersion === apiVersion) play(object);
  });
}

async function settle(cluster: Cluster, object: KubeObject, revision: string): Promise<void> {
  const { namespace = '', generation = 0 } = object.metadata;
  const ready = { conditions: [{ type: 'Ready', status: 'True' }] };
  const ref = { apiVersion, kind: 'Revision', namespace, name: revision };
  if (!(await cluster.read(ref))) {
    await cluster.create({ apiVersion, kind: 'Revision', metadata: { name: revision, namespace } });
    await cluster.patch(ref, { status: ready }, { subresource: 'status' });
  }
  const traffic = (dig(object, 'spec', 'traffic') ?? []) as JsonObject[];
  const status = { observedGeneration: generation, latestCreatedRevisionName: revision, traffic, ...ready };
  await cluster.patch(refOf(object), { status }, { subresource: 'status' });
}
