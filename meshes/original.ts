import { type Canary, markerAnnotations } from '../src/api/canary.ts';
import { dig, type JsonObject, type KubeObject, type StringMap } from '../src/kube/object.ts';
import type { Live, Rendered, RouteRequest } from './contract.ts';
import { isOwn } from './ownership.ts';

/** Holds the spec that an object had before it was taken over, as JSON (Flagger compatibility). */
export const originalAnnotation = 'flagger.kubernetes.io/original-configuration';
/** Where `kubectl apply` keeps what the user applied. */
export const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * The annotation that remembers what the user had, for an object that is about to be taken over for the first time. Later
 * changes never replace it: they are our own work.
 */
export function rememberOriginal(live: KubeObject | undefined, request: RouteRequest): StringMap {
  if (!live || isOwn(live, request.canary)) return {};
  const { annotations = {} } = live.metadata;
  if (originalAnnotation in annotations || lastAppliedAnnotation in annotations) return {};
  // Where objects carry no owner reference, the markers tell those that we made ourselves.
  if (!request.owned && hasMarkers(annotations)) return {};
  return { [originalAnnotation]: JSON.stringify(live.spec ?? {}) };
}

function hasMarkers(annotations: StringMap): boolean {
  return Object.entries(markerAnnotations).every(([key, value]) => annotations[key] === value);
}

/**
 * The objects with the specs that their owner had, without what marks a generated object. Own objects and those of which
 * no original is known are left out.
 */
export function restoreOriginals(found: readonly ReturnType<Live>[], canary: Canary): Rendered {
  const objects: KubeObject[] = [];
  for (const live of found) {
    if (!live || isOwn(live, canary)) continue;
    const original = originalOf(live);
    if ('impossible' in original) return original;
    if (!original.spec) continue;
    const kept = Object.entries(live.metadata.annotations ?? {}).filter(([key]) => !isOurs(key));
    objects.push({
      ...live,
      metadata: { ...live.metadata, annotations: Object.fromEntries(kept) },
      spec: original.spec,
    });
  }
  return { objects };
}

const isOurs = (key: string) => key === originalAnnotation || key in markerAnnotations;

/** What the user applied with kubectl is newer than what was found at take-over, so it comes first. */
function originalOf(live: KubeObject): { spec?: JsonObject } | { impossible: string } {
  const { annotations = {}, name, namespace } = live.metadata;
  for (const [key, path] of [
    [lastAppliedAnnotation, ['spec']],
    [originalAnnotation, []],
  ] as const) {
    const text = annotations[key];
    if (text === undefined) continue;
    const spec = dig(parse(text), ...path);
    if (isRecord(spec)) return { spec };
    return { impossible: `${live.kind} ${name}.${namespace} failed to unMarshal annotation ${key}` };
  }
  return {};
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
