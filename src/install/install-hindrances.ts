import type { Client } from '../kube/client.ts';
import { ApiError } from '../kube/errors.ts';
import { type KubeObject, refOf } from '../kube/object.ts';
import { lookUp } from './apply.ts';
import { servedNamespace } from './installed.ts';
import { defaultPlace, type InstallOptions } from './options.ts';

export type HindrancesClient = Pick<Client, 'get' | 'discovery'>;

/**
 * Why the objects of an installation can't come into this cluster, as sentences with a remedy; empty when they can. Asked
 * before the first write, so that an installation isn't left half done. Rejects with the first refusal.
 */
export async function hindrances(
  client: HindrancesClient,
  options: InstallOptions,
  objects: readonly KubeObject[],
): Promise<readonly string[]> {
  return [
    ...(await absentNamespaces(client, options, objects)),
    ...(await unservedMonitors(client, objects)),
    ...(await takenObjects(client, options, objects)),
  ];
}

/** Namespaces that the objects go into and that don't come with them. */
async function absentNamespaces(
  client: HindrancesClient,
  { values }: InstallOptions,
  objects: readonly KubeObject[],
): Promise<string[]> {
  const created = objects.filter(({ kind }) => kind === 'Namespace').map(({ metadata }) => metadata.name);
  const needed = new Set(objects.flatMap(({ metadata }) => metadata.namespace ?? []));
  const absent: string[] = [];
  for (const name of needed) {
    if (created.includes(name) || !(await isAbsent(client, name))) continue;
    const fields = [
      ...(values.namespace === name ? ['--watch-namespace (namespace)'] : []),
      ...(values.serviceMonitor.namespace === name ? ['serviceMonitor.namespace'] : []),
      ...(values.podMonitor.namespace === name ? ['podMonitor.namespace'] : []),
    ];
    const asked = fields.length > 0 ? `, which ${fields.join(' and ')} names,` : '';
    absent.push(
      `namespace ${name}${asked} does not exist: make it with \`kubectl create namespace ${name}\`, or name another one`,
    );
  }
  return absent;
}

/** Who may work inside of a namespace need not be allowed to look at the Namespace. */
async function isAbsent(client: HindrancesClient, name: string): Promise<boolean> {
  try {
    return (await lookUp(client, { apiVersion: 'v1', kind: 'Namespace', name })) === undefined;
  } catch (error) {
    if (ApiError.is(error) && error.code === 403) return false;
    throw error;
  }
}

const switches: Readonly<Record<string, string>> = {
  ServiceMonitor: 'serviceMonitor.enabled',
  PodMonitor: 'podMonitor.enabled',
};

async function unservedMonitors(client: HindrancesClient, objects: readonly KubeObject[]): Promise<string[]> {
  const unserved: string[] = [];
  for (const { apiVersion, kind } of objects) {
    const field = switches[kind];
    if (field === undefined || (await client.discovery.resource({ apiVersion, kind }))) continue;
    unserved.push(
      `the API server has no ${kind} of ${apiVersion}: install the Prometheus operator first, or set ${field} to false`,
    );
  }
  return unserved;
}

/** Objects of the same names that work for an installation in another namespace, and would be taken away from it. */
async function takenObjects(
  client: HindrancesClient,
  { namespace }: InstallOptions,
  objects: readonly KubeObject[],
): Promise<string[]> {
  const taken: { readonly object: KubeObject; readonly by: string }[] = [];
  for (const object of objects) {
    if (servedNamespace(object) === undefined) continue;
    const present = await lookUp(client, refOf(object));
    const [by = namespace] = (present && servedNamespace(present)) ?? [];
    if (present && by !== namespace) taken.push({ object: present, by });
  }
  const [first] = taken;
  if (!first) return [];
  const { kind, metadata } = first.object;
  const name = metadata.labels?.['app.kubernetes.io/instance'] ?? defaultPlace.name;
  const belong = taken.length > 1 ? `and ${taken.length - 1} more objects belong` : 'belongs';
  const away = `sluice uninstall -n ${first.by}${name === defaultPlace.name ? '' : ` --name ${name}`}`;
  return [
    `${kind} ${metadata.name} ${belong} to the installation ${name} in ${first.by}: ` +
      `choose another --name, or remove that installation with \`${away}\``,
  ];
}
