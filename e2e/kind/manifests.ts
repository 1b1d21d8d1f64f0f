import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseManifests } from '../../src/api/manifest.ts';
import type { KubeObject } from '../../src/kube/object.ts';

/** What traffic goes through in a demo; each has a folder, a script and a value of `spec.provider`. */
export const kindRouters = ['istio', 'nginx'] as const;
export type KindRouter = (typeof kindRouters)[number];

/** A manifest of the demo: its path below `manifests/`, and the objects in it. */
export interface KindManifest {
  readonly file: string;
  readonly objects: readonly KubeObject[];
}

const folder = fileURLToPath(new URL('manifests/', import.meta.url));

/**
 * The manifests of one demo in the order in which its script applies them, or of both: each file stands once, but the two
 * demos share the names of their objects, so they are for different clusters or one after the other.
 */
export function kindManifests(router?: KindRouter): KindManifest[] {
  const routers = router ? [router] : kindRouters;
  const files = [
    ...filesIn('prometheus'),
    ...routers.map((each) => `${each}/namespace.yaml`),
    ...filesIn('app'),
    ...routers.flatMap((each) => filesIn(each).filter((file) => !file.endsWith('/namespace.yaml'))),
  ];
  return files.map((file) => ({ file, objects: parseManifests(readFileSync(folder + file, 'utf8')) }));
}

function filesIn(part: string): string[] {
  const names = readdirSync(folder + part).filter((name) => name.endsWith('.yaml'));
  return names.sort().map((name) => `${part}/${name}`);
}
