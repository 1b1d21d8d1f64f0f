import { FINALIZER } from '../api/finalizer.ts';
import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import { dig, type KubeObject, type ObjectRef, refOf } from '../kube/object.ts';
import type { Clock } from '../runtime/clock.ts';
import { lookUp } from './apply.ts';
import { installedParts, isPart, listed, type Place } from './installed.ts';
import { orphan, ownedObjects } from './orphans.ts';
import { waitUntil } from './wait.ts';

export type UninstallClient = Pick<Client, 'get' | 'list' | 'watch' | 'patch' | 'delete'>;

export interface Removal {
  readonly client: UninstallClient;
  readonly clock: Clock;
  readonly place: Place;
  /** Also the Canaries and all definitions of `flagger.app`; what Canaries own is kept. */
  readonly definitions: boolean;
  readonly dryRun: boolean;
  readonly timeoutMs: number;
  /** Called with each thing as it is done. */
  readonly onDone: (what: 'stopped' | 'removed' | 'released', ref: ObjectRef) => void;
}

/** What stays behind. */
export interface Left {
  readonly canaries: readonly KubeObject[];
  /** Objects that Canaries own or owned: primaries, Services, routes. */
  readonly serving: readonly KubeObject[];
}

const canaryKind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' };
const definitionKind = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
/** Phases in which the primary has all the traffic and nothing is about to be changed. */
const atRest = new Set(['', 'Initialized', 'Waiting', 'Succeeded', 'Failed', 'Terminated']);

/** Canaries that are in the middle of something, with their phases: stopping now would leave traffic divided. */
export async function unfinishedCanaries(client: Pick<Client, 'list'>): Promise<readonly [KubeObject, string][]> {
  const { items } = await listed(client, canaryKind);
  return items.flatMap((object): [KubeObject, string][] => {
    const phase = String(dig(object, 'status', 'phase') ?? '');
    return atRest.has(phase) ? [] : [[object, phase]];
  });
}

/**
 * Removes an installation so that what serves goes on serving: first the controller stops, then its parts go. Canaries and
 * their definitions stay, because everything that a Canary owns is deleted with it; with `definitions` the owned objects are
 * set free first. Rejects with the first refusal; doing it again goes on from there.
 */
export async function uninstall(removal: Removal): Promise<Left> {
  const { client, place, definitions, dryRun, onDone } = removal;
  const parts = await installedParts(client, place);
  for (const object of parts.filter(({ kind }) => kind === 'Deployment')) {
    if (!dryRun) await stop(removal, object);
    onDone('stopped', refOf(object));
  }
  const { items: canaries } = await listed(client, canaryKind);
  const serving: KubeObject[] = [];
  for (const namespace of new Set(canaries.map(({ metadata }) => metadata.namespace ?? ''))) {
    serving.push(...(await ownedObjects(client, namespace)));
  }
  if (definitions) {
    await release(removal, serving);
    await removeCanaries(removal, canaries);
    await removeDefinitions(removal);
  }
  for (const object of parts) await remove(removal, refOf(object));
  return { canaries: definitions ? [] : canaries, serving };
}

/** No pod of the controller may be at work when things are taken apart: its next decision would put them back. */
async function stop({ client, clock, place, timeoutMs }: Removal, object: KubeObject): Promise<void> {
  await client.patch(refOf(object), { spec: { replicas: 0 } });
  const pods = { apiVersion: 'v1', kind: 'Pod' };
  const { reached } = await waitUntil(
    { client, clock, kind: pods, namespace: place.namespace, timeoutMs },
    (objects) => !objects.some((pod) => isPart(pod, place)),
  );
  if (!reached) throw new Error('the controller did not stop in time; nothing was removed');
}

async function release({ client, dryRun, onDone }: Removal, owned: readonly KubeObject[]): Promise<void> {
  for (const object of owned) {
    if (!dryRun) await orphan(client, object);
    onDone('released', refOf(object));
  }
}

/** Our finalizer would wait for a controller that is gone; those of others have their say. */
async function removeCanaries(removal: Removal, canaries: readonly KubeObject[]): Promise<void> {
  const { client, clock, dryRun, timeoutMs } = removal;
  for (const object of canaries) {
    const { finalizers = [] } = object.metadata;
    const others = finalizers.filter((finalizer) => finalizer !== FINALIZER);
    const held = others.length < finalizers.length;
    if (held && !dryRun) await client.patch(refOf(object), { metadata: { finalizers: others } });
    await remove(removal, refOf(object));
  }
  if (dryRun || canaries.length === 0) return;
  const { reached } = await waitUntil({ client, clock, kind: canaryKind, timeoutMs }, (left) => left.length === 0);
  if (!reached) throw new Error('some Canaries were not deleted in time; the definitions were left alone');
}

/** Waits until they are gone: what is installed while they are being deleted would be deleted with them. */
async function removeDefinitions(removal: Removal): Promise<void> {
  const { client, clock, dryRun, timeoutMs } = removal;
  const isOurs = (object: KubeObject) => dig(object, 'spec', 'group') === 'flagger.app';
  const { items } = await listed(client, definitionKind);
  const ours = items.filter(isOurs);
  for (const object of ours) await remove(removal, refOf(object));
  if (dryRun || ours.length === 0) return;
  const { reached } = await waitUntil({ client, clock, kind: definitionKind, timeoutMs }, (left) => !left.some(isOurs));
  if (!reached) throw new Error('the definitions of flagger.app were not deleted in time; do it again to finish');
}

async function remove({ client, dryRun, onDone }: Removal, ref: ObjectRef): Promise<void> {
  if (dryRun && !(await lookUp(client, ref))) return;
  try {
    await client.delete(ref, { dryRun, ...(ref.kind === canaryKind.kind ? { orphan: true } : {}) });
  } catch (error) {
    if (!ApiError.is(error, 'NotFound')) throw error;
  }
  onDone('removed', ref);
}
