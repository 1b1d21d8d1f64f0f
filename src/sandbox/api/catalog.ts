import { apiVersionOf, type Resource } from './resource.ts';

/** Orders API versions the way Kubernetes prefers them: stable before beta before alpha, newer before older. */
export function compareVersions(left: string, right: string): number {
  const a = versionRank(left);
  const b = versionRank(right);
  for (const [i, rank] of a.entries()) {
    const difference = (b[i] ?? 0) - rank;
    if (difference !== 0) return difference;
  }
  return left < right ? -1 : left > right ? 1 : 0;
}

function versionRank(version: string): readonly number[] {
  const match = /^v(\d+)(?:(alpha|beta)(\d+))?$/.exec(version);
  if (!match) return [0, 0, 0];
  const stage = match[2] === undefined ? 3 : match[2] === 'beta' ? 2 : 1;
  return [stage, Number(match[1]), Number(match[3] ?? 0)];
}

/** A group with its versions, the preferred one first. */
export interface ServedGroup {
  readonly group: string;
  readonly versions: readonly string[];
}

/** All kinds that are served now: the built-in ones and those of established CRDs. */
export class Catalog {
  #builtins: readonly Resource[];
  #custom = new Map<string, readonly Resource[]>();
  #byPath = new Map<string, Resource>();

  constructor(builtins: readonly Resource[]) {
    this.#builtins = builtins;
    this.#index();
  }

  find(group: string, version: string, plural: string): Resource | undefined {
    return this.#byPath.get(`${group}/${version}/${plural}`);
  }

  all(): readonly Resource[] {
    return [...this.#byPath.values()];
  }

  /** Whether the group is there without any CRD. */
  isBuiltin(group: string): boolean {
    return this.#builtins.some((resource) => resource.group === group);
  }

  /** The resources of one group and version. */
  of(apiVersion: string): readonly Resource[] {
    return this.all().filter((resource) => apiVersionOf(resource) === apiVersion);
  }

  groups(): readonly ServedGroup[] {
    const versions = new Map<string, Set<string>>();
    for (const { group, version } of this.all()) versions.set(group, (versions.get(group) ?? new Set()).add(version));
    return [...versions].map(([group, set]) => ({ group, versions: [...set].sort(compareVersions) }));
  }

  /** One resource per collection of the store, in its preferred version. */
  collections(): readonly Resource[] {
    const chosen = new Map<string, Resource>();
    for (const resource of this.all()) {
      if (!resource.stored) continue;
      const present = chosen.get(resource.collection);
      const better = present?.group === resource.group && compareVersions(resource.version, present.version) < 0;
      if (!present || better) chosen.set(resource.collection, resource);
    }
    return [...chosen.values()];
  }

  /** The resource that a collection of the store belongs to. */
  ofCollection(collection: string): Resource | undefined {
    return this.collections().find((resource) => resource.collection === collection);
  }

  /** Serves the versions of a CRD instead of those served so far; none takes it away. */
  serve(crdName: string, resources: readonly Resource[]): void {
    if (resources.length === 0) this.#custom.delete(crdName);
    else this.#custom.set(crdName, resources);
    this.#index();
  }

  /** What is served for a CRD now. */
  servedFor(crdName: string): readonly Resource[] {
    return this.#custom.get(crdName) ?? [];
  }

  #index(): void {
    this.#byPath.clear();
    for (const resource of [...this.#builtins, ...[...this.#custom.values()].flat()]) {
      this.#byPath.set(`${resource.group}/${resource.version}/${resource.plural}`, resource);
    }
  }
}
