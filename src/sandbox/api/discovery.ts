import type { Catalog, ServedGroup } from './catalog.ts';
import type { Resource } from './resource.ts';

/** Verbs of a stored kind. */
const VERBS = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const SUBRESOURCE_VERBS = ['get', 'patch', 'update'];
const SCALE_KIND = { group: 'autoscaling', version: 'v1', kind: 'Scale' };

function groupVersion(group: string, version: string): string {
  return group === '' ? version : `${group}/${version}`;
}

/** `/api`: the versions of the core group. */
export function coreVersions(host: string): object {
  const serverAddressByClientCIDRs = [{ clientCIDR: '0.0.0.0/0', serverAddress: host }];
  return { kind: 'APIVersions', versions: ['v1'], serverAddressByClientCIDRs };
}

function apiGroup({ group, versions }: ServedGroup): object {
  const all = versions.map((version) => ({ groupVersion: groupVersion(group, version), version }));
  return { name: group, versions: all, preferredVersion: all[0] };
}

/** `/apis`: all groups but the core one. */
export function groupList(catalog: Catalog): object {
  const groups = catalog.groups().filter(({ group }) => group !== '');
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: groups.map(apiGroup) };
}

/** `/apis/<group>`; `undefined` when nothing of the group is served. */
export function groupDocument(catalog: Catalog, group: string): object | undefined {
  const found = catalog.groups().find((served) => served.group === group && group !== '');
  return found && { kind: 'APIGroup', apiVersion: 'v1', ...apiGroup(found) };
}

function isReview(resource: Resource): boolean {
  return !resource.stored;
}

function resourceEntries(resource: Resource): readonly object[] {
  const { plural, kind, namespaced } = resource;
  const names = {
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
  };
  const verbs = isReview(resource) ? ['create'] : VERBS;
  const entries: object[] = [{ name: plural, singularName: resource.singular, namespaced, kind, verbs, ...names }];
  const sub = { singularName: '', namespaced, verbs: SUBRESOURCE_VERBS };
  if (resource.status) entries.push({ name: `${plural}/status`, ...sub, kind });
  if (resource.scale) entries.push({ name: `${plural}/scale`, ...sub, ...SCALE_KIND });
  return entries;
}

/** `/api/v1` and `/apis/<group>/<version>`; `undefined` when nothing of it is served. */
export function resourceList(catalog: Catalog, group: string, version: string): object | undefined {
  const found = catalog.of(groupVersion(group, version));
  if (found.length === 0) return undefined;
  const resources = found.flatMap(resourceEntries);
  return { kind: 'APIResourceList', apiVersion: 'v1', groupVersion: groupVersion(group, version), resources };
}

function aggregatedResource(resource: Resource): object {
  const { group, version, kind, plural, namespaced } = resource;
  // kinds of the server itself leave out what the place in the document says already
  const responseKind = resource.custom ? { group, version, kind } : { group: '', version: '', kind };
  const subresources = [
    ...(resource.status ? [{ subresource: 'status', responseKind, verbs: SUBRESOURCE_VERBS }] : []),
    ...(resource.scale ? [{ subresource: 'scale', responseKind: SCALE_KIND, verbs: SUBRESOURCE_VERBS }] : []),
  ];
  return {
    resource: plural,
    responseKind,
    scope: namespaced ? 'Namespaced' : 'Cluster',
    singularResource: resource.singular,
    verbs: isReview(resource) ? ['create'] : VERBS,
    ...(resource.shortNames.length > 0 ? { shortNames: resource.shortNames } : {}),
    ...(resource.categories.length > 0 ? { categories: resource.categories } : {}),
    ...(subresources.length > 0 ? { subresources } : {}),
  };
}

/** Everything of `/api` or `/apis` in one document (aggregated discovery, v2). */
export function aggregated(catalog: Catalog, core: boolean): object {
  const groups = catalog.groups().filter(({ group }) => (group === '') === core);
  const items = groups.map(({ group, versions }) => ({
    metadata: group === '' ? {} : { name: group },
    versions: versions.map((version) => ({
      version,
      freshness: 'Current',
      resources: catalog.of(groupVersion(group, version)).map(aggregatedResource),
    })),
  }));
  return { kind: 'APIGroupDiscoveryList', apiVersion: 'apidiscovery.k8s.io/v2', metadata: {}, items };
}

/** Whether the client takes aggregated discovery. */
export function wantsAggregated(accept: string | undefined): boolean {
  return /as=APIGroupDiscoveryList/.test(accept ?? '') && /v=v2(?!beta)/.test(accept ?? '');
}
