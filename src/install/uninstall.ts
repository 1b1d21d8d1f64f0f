import { FINALIZER } from '../api/finalizer.ts';
import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import { dig, type KubeObject, type ObjectRef, refOf } from '../kube/object.ts';
import type { Clock } from '../runtime/clock.ts';
import { lookUp } from './apply.ts';
import { installedParts, isPart, listed, type Place } from './installed.ts';
import { orphan, ownedObjects } from './orphans.ts';
import { waitUntil } from './wait.ts';
import { watchedBy } from './watched.ts';

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
const podKind = { apiVersion: 'v1', kind: 'Pod' };
const definitionKind = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };
/** Phases in which the primary has all the traffic and nothing is about to be changed. */
const atRest = new Set(['', 'Initialized', 'Waiting', 'Succeeded', 'Failed', 'Terminated']);

/**
 * Canaries that are in the middle of something, with their phases: stopping now would leave traffic divided. Looked for in a
 * namespace, or everywhere.
 */
export async function unfinishedCanaries(
  client: Pick<Client, 'list'>,
  namespace?: string,
): Promise<readonly [KubeObject, string][]> {
  const { items } = await listed(client, canaryKind, namespace);
  return items.flatMap((object): [KubeObject, string][] => {
    const phase = String(dig(object, 'status', 'phase') ?? '');
    return atRest.has(phase) ? [] : [[object, phase]];
  });
}

/**
 * Removes an installation so that what serves goes on serving: first the controller stops, then its parts go. Canaries and
 * their definitions stay, because everything that a Canary owns is deleted with it; with `definitions` the owned objects are
 * set free first. Only the namespace that the controller looks after is looked at, unless the definitions go. Rejects with the
 * first refusal, before anything is stopped if it is about what may be seen; doing it again goes on from there.
 */
export async function uninstall(removal: Removal): Promise<Left> {
  const { client, place, definitions, dryRun, onDone } = removal;
  const parts = await installedParts(client, place);
  const within = definitions ? undefined : watchedBy(parts);
  const before = await survey(client, within);
  if (definitions) await listed(client, definitionKind);
  await listed(client, podKind, place.namespace);
  for (const object of parts.filter(({ kind }) => kind === 'Deployment')) {
    if (!dryRun) await stop(removal, object);
    onDone('stopped', refOf(object));
  }
  // What the controller made before it stopped has to be set free, too
  const { canaries, serving } = definitions && !dryRun ? await survey(client, within) : before;
  if (definitions) {
    await release(removal, serving);
    await removeCanaries(removal, canaries);
    await removeDefinitions(removal);
  }
  for (const object of parts) await remove(removal, refOf(object));
  return { canaries: definitions ? [] : canaries, serving };
}

/** The Canaries of a namespace, or all of them, and what they own. */
async function survey(client: UninstallClient, namespace: string | undefined): Promise<Left> {
  const { items: canaries } = await listed(client, canaryKind, namespace);
  const serving: KubeObject[] = [];
  for (const each of new Set(canaries.map(({ metadata }) => metadata.namespace ?? ''))) {
    serving.push(...(await ownedObjects(client, each)));
  }
  return { canaries, serving };
}

/**
 * No pod of the controller may be at work when things are taken apart: its next decision would put them back. Pods that have
 * ended, as evicted ones have, are there until somebody deletes them.
 */
async function stop({ client, clock, place, timeoutMs }: Removal, object: KubeObject): Promise<void> {
  await client.patch(refOf(object), { spec: { replicas: 0 } });
  const { reached } = await waitUntil(
    { client, clock, kind: podKind, namespace: place.namespace, timeoutMs },
    (objects) => !objects.some((pod) => isPart(pod, place) && !hasEnded(pod)),
  );
  if (!reached) throw new Error('the controller did not stop in time; nothing was removed');
}

function hasEnded(pod: KubeObject): boolean {
  const phase = dig(pod, 'status', 'phase');
  return phase === 'Failed' || phase === 'Succeeded';
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
