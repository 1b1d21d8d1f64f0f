import type { JsonObject } from '../../kube/object.ts';
import { isObject } from './json.ts';

/** Node selector that no node fulfils: what stands for zero replicas of a DaemonSet (Flagger compatibility). */
export const SCALE_TO_ZERO = 'flagger.app/scale-to-zero';

/** A pod spec as it is when its DaemonSet isn't at zero: without that selector, and without an empty one. */
export function scheduled(podSpec: JsonObject): JsonObject {
  const { nodeSelector, ...rest } = podSpec;
  if (!isObject(nodeSelector)) return podSpec;
  const { [SCALE_TO_ZERO]: _, ...others } = nodeSelector;
  return Object.keys(others).length > 0 ? { ...rest, nodeSelector: others } : rest;
}
