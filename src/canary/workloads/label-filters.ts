import type { StringMap } from '../../kube/object.ts';

/** GitOps reconcilers claim objects by such keys; a copy that carried them would be pruned by its non-owner. */
const TOOLKIT = 'toolkit.fluxcd.io';

/** All entries but the claims of GitOps reconcilers (Flagger compatibility). */
export function withoutToolkit(map: StringMap | undefined): StringMap {
  return pick(map, (key) => !key.includes(TOOLKIT));
}

/**
 * Entries whose key starts with one of the prefixes, without the claims of GitOps reconcilers. `*` stands for all keys;
 * empty prefixes count for nothing (Flagger compatibility).
 */
export function included(map: StringMap | undefined, prefixes: readonly string[]): StringMap {
  const accepts = (key: string) =>
    prefixes.some((prefix) => prefix === '*' || (prefix !== '' && key.startsWith(prefix)));
  return pick(withoutToolkit(map), accepts);
}

function pick(map: StringMap | undefined, accepts: (key: string) => boolean): StringMap {
  return Object.fromEntries(Object.entries(map ?? {}).filter(([key]) => accepts(key)));
}
