import { equalValues } from '../../kube/compare.ts';
import { dig, type KubeObject } from '../../kube/object.ts';
import type { PrimaryRequest } from './contract.ts';
import { objectOr, objectsOf } from './json.ts';

/** Annotation of a StatefulSet whose two copies may have volumes of their own. */
export const VOLUMES = 'sluice.dev/volumes';
const SEPARATE = 'separate';

/**
 * Why a StatefulSet with volumes can't have a primary, as a sentence. The primary's volumes begin empty, and what users wrote
 * to one copy isn't seen at the other, so the owner must say that this is right.
 */
export function volumeObstacle({ target, canary, live }: PrimaryRequest): string | undefined {
  const claims = claimsOf(target);
  if (!live) {
    if (claims.length === 0 || target.metadata.annotations?.[VOLUMES] === SEPARATE) return undefined;
    const names = claims.map(({ metadata }) => dig(metadata, 'name')).join(', ');
    const fault = `has volumes (${names}), of which the primary would get empty ones of its own`;
    const remedy = `if no data that must last is kept in them, annotate it with ${VOLUMES}: ${SEPARATE}`;
    return `statefulset ${target.metadata.name}.${canary.namespace} ${fault}: ${remedy}`;
  }
  if (equalValues(claims.map(comparable), claimsOf(live).map(comparable))) return undefined;
  const { name } = live.metadata;
  const fault = 'has other volumeClaimTemplates than the target, which can not be changed any more';
  return `statefulset ${name}.${canary.namespace} ${fault}: delete it with --cascade=orphan, and it is made anew around its pods`;
}

function claimsOf(object: KubeObject) {
  return objectsOf(dig(object, 'spec', 'volumeClaimTemplates'));
}

/** Without what API servers add to a claim template, each release a little differently. */
function comparable(claim: Readonly<Record<string, unknown>>): unknown {
  const { name, labels = {}, annotations = {} } = objectOr(claim['metadata']);
  return { name, labels, annotations, spec: { volumeMode: 'Filesystem', ...objectOr(claim['spec']) } };
}
