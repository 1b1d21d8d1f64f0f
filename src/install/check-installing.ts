import type { Client } from '../kube/client.ts';
import type { Kind } from '../kube/object.ts';
import type { Action } from './access-review.ts';
import { permissions } from './check-permissions.ts';
import type { Finding } from './finding.ts';
import { type PartKind, type Place, partKinds } from './installed.ts';
import { groupOf } from './permissions.ts';

/** Whether whoever asks may do what `sluice install` does at a place with its defaults. */
export async function mayInstall(client: Pick<Client, 'create' | 'discovery'>, place: Place): Promise<Finding> {
  const actions = await installing(client, place);
  return permissions(client, 'may install', actions, 'self', 'ask somebody who may, such as a cluster-admin');
}

const others: readonly (Kind & { readonly verbs: readonly string[] })[] = [
  { apiVersion: 'v1', kind: 'Namespace', verbs: ['get', 'create', 'patch'] },
  {
    apiVersion: 'apiextensions.k8s.io/v1',
    kind: 'CustomResourceDefinition',
    verbs: ['get', 'list', 'watch', 'create', 'patch'],
  },
];

/**
 * What an installation reads, applies, waits for, and deletes because it has it no more. Whoever grants permissions must have
 * them too, or may `escalate`; that isn't asked for here, and cluster-admins do.
 */
async function installing(client: Pick<Client, 'discovery'>, { namespace }: Place): Promise<Action[]> {
  const wanted = [...others, ...partKinds.map((kind) => ({ ...kind, verbs: verbsOn(kind) }))];
  const actions: Action[] = [];
  for (const { verbs, ...kind } of wanted) {
    const resource = await client.discovery.resource(kind);
    if (!resource) continue;
    const { plural, namespaced } = resource;
    const within = namespaced ? namespace : undefined;
    actions.push(...verbs.map((verb) => ({ group: groupOf(kind), resource: plural, verb, namespace: within })));
  }
  return actions;
}

function verbsOn({ kind, optional }: PartKind): readonly string[] {
  if (optional) return ['list'];
  const roll = kind === 'Deployment' ? ['watch'] : [];
  return ['get', 'list', ...roll, 'create', 'patch', 'delete'];
}
