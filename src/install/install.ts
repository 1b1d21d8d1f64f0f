import type { Client } from '../kube/client.ts';
import { type KubeObject, type ObjectRef, refKey, refOf } from '../kube/object.ts';
import type { Clock } from '../runtime/clock.ts';
import { type Applied, applyObject, lookUp } from './apply.ts';
import { hindrances } from './install-hindrances.ts';
import { installedParts } from './installed.ts';
import { manifests } from './manifests.ts';
import { type InstallOptions, namesOf } from './options.ts';
import { hasCondition, isRolledOut, waitUntil } from './wait.ts';

export type InstallClient = Pick<Client, 'get' | 'list' | 'watch' | 'patch' | 'delete' | 'discovery'>;

export interface Installation {
  readonly client: InstallClient;
  readonly clock: Clock;
  readonly options: InstallOptions;
  /** The API server says what would come of it, and nothing is changed. */
  readonly dryRun: boolean;
  readonly timeoutMs: number;
  /** Called with each object as it is done. */
  readonly onApplied: (applied: Applied) => void;
}

const definition = { apiVersion: 'apiextensions.k8s.io/v1', kind: 'CustomResourceDefinition' };

/**
 * Brings the cluster to what the options say, the definitions first, and takes away what an earlier installation of the name
 * had and this one hasn't. Doing it again changes nothing. Rejects with all that stands in the way, before anything is written;
 * later with the first refusal.
 */
export async function install(work: Installation): Promise<void> {
  const { client, options, dryRun, onApplied } = work;
  const objects = manifests(options);
  const problems = await hindrances(client, options, objects);
  if (problems.length > 0) throw new Error(problems.join('\n'));
  const absent = dryRun ? await absentNamespaces(client, objects) : new Set<string>();
  const isDefinition = ({ kind }: KubeObject) => kind === definition.kind;
  const definitions = objects.filter(isDefinition);
  for (const object of [...definitions, ...objects.filter((each) => !isDefinition(each))]) {
    // What is created inside of a namespace that doesn't exist yet can't be tried
    if (absent.has(object.metadata.namespace ?? '')) onApplied({ ref: refOf(object), outcome: 'created' });
    else onApplied(await applyObject(client, object, dryRun));
    if (!dryRun && object === definitions.at(-1)) await established(work, definitions);
  }
  for (const ref of await surplus(client, options, objects)) {
    await client.delete(ref, { dryRun });
    onApplied({ ref, outcome: 'removed' });
  }
}

/** Waits until all replicas of the controller are new and available. Returns whether that came true in time. */
export async function rolledOut({ client, clock, options, timeoutMs }: Installation): Promise<boolean> {
  const kind = { apiVersion: 'apps/v1', kind: 'Deployment' };
  const { prefix } = namesOf(options);
  const { namespace } = options;
  const { reached } = await waitUntil({ client, clock, kind, namespace, timeoutMs }, (objects) =>
    objects.some((object) => object.metadata.name === prefix && isRolledOut(object)),
  );
  return reached;
}

async function established({ client, clock, timeoutMs }: Installation, wanted: readonly KubeObject[]): Promise<void> {
  const names = wanted.map(({ metadata }) => metadata.name);
  const { reached } = await waitUntil({ client, clock, kind: definition, timeoutMs }, (objects) =>
    names.every((name) => objects.some((each) => each.metadata.name === name && hasCondition(each, 'Established'))),
  );
  if (!reached) throw new Error('the custom resource definitions were not established in time');
}

async function absentNamespaces(client: InstallClient, objects: readonly KubeObject[]): Promise<Set<string>> {
  const absent = new Set<string>();
  for (const object of objects) {
    if (object.kind === 'Namespace' && !(await lookUp(client, refOf(object)))) absent.add(object.metadata.name);
  }
  return absent;
}

async function surplus(
  client: InstallClient,
  options: InstallOptions,
  wanted: readonly KubeObject[],
): Promise<ObjectRef[]> {
  const keys = new Set(wanted.map((object) => refKey(refOf(object))));
  const present = await installedParts(client, options);
  return present.map(refOf).filter((ref) => !keys.has(refKey(ref)));
}
