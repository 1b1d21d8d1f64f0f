import type { Client } from '../kube/client.ts';
import { dig, type KubeObject } from '../kube/object.ts';
import { isPart, listed, type Place } from './installed.ts';
import { needsOf } from './subject-of-check.ts';

/** Another Sluice: `<namespace>/<name>` of its Deployment, and the only namespace that it looks after; empty for all. */
export interface OtherSluice {
  readonly where: string;
  readonly watched: string;
}

/** Deployments that run and might look after the same Canaries as the installation at a place. */
export interface Rivals {
  /** As `<namespace>/<name>`. */
  readonly flaggers: readonly string[];
  readonly sluices: readonly OtherSluice[];
}

/** Rejects with an `ApiError` where not all Deployments may be seen. */
export async function rivalsOf(client: Pick<Client, 'list'>, place: Place): Promise<Rivals> {
  const { items } = await listed(client, { apiVersion: 'apps/v1', kind: 'Deployment' });
  const running = items.filter((object) => dig(object, 'spec', 'replicas') !== 0);
  const own = (object: KubeObject) => isPart(object, place) && object.metadata.namespace === place.namespace;
  return {
    flaggers: running.filter((object) => runs('flagger', object)).map(whereOf),
    sluices: running
      .filter((object) => isSluice(object) && !own(object))
      .map((object) => ({ where: whereOf(object), watched: needsOf(object, []).watched })),
  };
}

/** Those of them that look after a Canary that somebody looks after who watches this namespace, or all when it is empty. */
export function overlapping(sluices: readonly OtherSluice[], watched: string): readonly OtherSluice[] {
  return sluices.filter((each) => watched === '' || each.watched === '' || each.watched === watched);
}

/** `blue/sluice for namespace shop` */
export function sluiceInWords({ where, watched }: OtherSluice): string {
  return `${where} for ${watched === '' ? 'all namespaces' : `namespace ${watched}`}`;
}

function whereOf({ metadata }: KubeObject): string {
  return `${metadata.namespace}/${metadata.name}`;
}

/** Also a Deployment of Flagger in which only the image was changed. */
function isSluice(object: KubeObject): boolean {
  return object.metadata.labels?.['app.kubernetes.io/part-of'] === 'sluice' || runs('sluice', object);
}

/** Whether a container has an image of this name, whatever its registry and tag. */
function runs(name: string, object: KubeObject): boolean {
  const containers = dig(object, 'spec', 'template', 'spec', 'containers');
  const images = Array.isArray(containers) ? containers.map((each) => String(dig(each, 'image') ?? '')) : [];
  return images.some(
    (image) =>
      image
        .replace(/[:@][^/]*$/, '')
        .split('/')
        .at(-1) === name,
  );
}
