import type { KubeObject, StringMap } from '../../kube/object.ts';
import { withoutToolkit } from '../workloads/label-filters.ts';

/** What `kubectl apply` remembers of an object is no use on another one. */
const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/** Entries of labels or annotations that a copy of a scaler may carry, without those that `keeps` turns down. */
export function copied(map: StringMap | undefined, keeps: (key: string) => boolean = () => true): StringMap {
  const entries = Object.entries(withoutToolkit(map));
  return Object.fromEntries(entries.filter(([key]) => key !== LAST_APPLIED && keeps(key)));
}

/**
 * Metadata of a copy that exists: it gains what is copied and keeps all else, its owners included. A copy that somebody
 * else made thus doesn't go with the Canary.
 */
export function merged(live: KubeObject, labels: StringMap, annotations: StringMap): KubeObject['metadata'] {
  return {
    ...live.metadata,
    labels: { ...live.metadata.labels, ...labels },
    annotations: { ...live.metadata.annotations, ...annotations },
  };
}
