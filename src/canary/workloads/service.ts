import { type Canary, ownerOf } from '../../api/canary.ts';
import type { KubeObject, ObjectRef, StringMap } from '../../kube/object.ts';
import { digest } from '../digest.ts';
import type { RoutedTarget, WorkloadOptions } from './contract.ts';
import { included, withoutToolkit } from './label-filters.ts';
import { PROMOTION_ID } from './pod-template.ts';
import { comparableSpec, copiedSpec } from './service-copy.ts';

const LAST_APPLIED = 'kubectl.kubernetes.io/last-applied-configuration';

/**
 * Services of the cluster as targets. The target itself is the apex and is never written; routes lead to two copies of it: the
 * canary's follows the target at all times, the primary's holds what was promoted.
 */
export function createServices(options: WorkloadOptions): RoutedTarget {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    primaryRef: (canary) => serviceRef(canary, canary.service.primaryName),
    refs: (canary) => [serviceRef(canary, canary.service.canaryName)],
    revision: (target) => digest(comparableSpec(target)),
    backends: ({ canary, target, live }) => {
      const ref = serviceRef(canary, canary.service.canaryName);
      return [copy(canary, target, ref, live(ref), everything(target))];
    },
    primary: ({ canary, target, live, id }) => {
      const ref = serviceRef(canary, canary.service.primaryName);
      const present = live(ref);
      const { labels, annotations } = present ? promoted(target, options) : everything(target);
      return copy(canary, target, ref, present, { labels, annotations: { ...annotations, [PROMOTION_ID]: id } });
    },
    equalsTarget: (primary, target) => digest(comparableSpec(primary)) === digest(comparableSpec(target)),
    promoted: (primary, id) => primary.metadata.annotations?.[PROMOTION_ID] === id,
    // What answers behind a Service is nothing that we know
    readiness: () => ({ ready: true }),
  };
}

interface Labelling {
  readonly labels: StringMap;
  readonly annotations: StringMap;
}

function copy(
  canary: Canary,
  target: KubeObject,
  { name }: ObjectRef,
  live: KubeObject | undefined,
  labelling: Labelling,
): KubeObject {
  const { trafficDistribution } = canary.service;
  const spec = { ...copiedSpec(target, live), ...(trafficDistribution === undefined ? {} : { trafficDistribution }) };
  if (live) return { ...live, metadata: { ...live.metadata, ...labelling }, spec };
  const metadata = { name, namespace: canary.namespace, ...labelling, ownerReferences: [ownerOf(canary)] };
  return { apiVersion: 'v1', kind: 'Service', metadata, spec };
}

function everything({ metadata }: KubeObject): Labelling {
  const { [LAST_APPLIED]: _, ...annotations } = withoutToolkit(metadata.annotations);
  return { labels: withoutToolkit(metadata.labels), annotations };
}

function promoted({ metadata }: KubeObject, { includeLabelPrefix }: WorkloadOptions): Labelling {
  const { [LAST_APPLIED]: _, ...annotations } = included(metadata.annotations, includeLabelPrefix);
  return { labels: included(metadata.labels, includeLabelPrefix), annotations };
}

function serviceRef({ namespace }: Canary, name: string): ObjectRef {
  return { apiVersion: 'v1', kind: 'Service', namespace, name };
}
