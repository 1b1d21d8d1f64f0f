import { controllerOf, dig, type KubeObject, type StringMap } from '../../kube/object.ts';
import { TEMPLATE_HASH_LABEL } from './kinds.ts';

/** What a runner needs to know of a pod. */
export interface PodSpec {
  readonly name: string;
  readonly namespace: string;
  /** Name of the Deployment behind it; the pod's own name when there is none. */
  readonly workload: string;
  /** Of the first container. */
  readonly image: string;
  /** Plain values of the first container. */
  readonly env: StringMap;
}

/** Reads the pod's first container; sidecars don't run. */
export function podSpecOf(pod: KubeObject): PodSpec {
  const { name, namespace = '' } = pod.metadata;
  const container = dig(pod, 'spec', 'containers', 0);
  return { name, namespace, workload: workloadOf(pod), image: text(dig(container, 'image')), env: envOf(container) };
}

function workloadOf(pod: KubeObject): string {
  const owner = controllerOf(pod)?.name ?? pod.metadata.name;
  const suffix = `-${pod.metadata.labels?.[TEMPLATE_HASH_LABEL] ?? ''}`;
  return suffix !== '-' && owner.endsWith(suffix) ? owner.slice(0, -suffix.length) : owner;
}

function envOf(container: unknown): StringMap {
  const variables = dig(container, 'env');
  if (!Array.isArray(variables)) return {};
  const pairs = variables.map((variable) => [text(dig(variable, 'name')), text(dig(variable, 'value'))] as const);
  return Object.fromEntries(pairs.filter(([name]) => name !== ''));
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The tag of an image, `latest` when it has none; a digest isn't part of it. */
export function imageTag(image: string): string {
  const name = image.split('@')[0]?.split('/').at(-1) ?? '';
  const colon = name.indexOf(':');
  return colon < 0 ? 'latest' : name.slice(colon + 1);
}

/** `stuck`: pods never get ready. `deadline`: likewise, and the Deployment gives up at once. */
export type TagFault = 'none' | 'stuck' | 'deadline';

/**
 * Faults that ride on the image tag, so that a change of the image alone spoils a rollout: `*-stuck`, `*-deadline`, and
 * `*-badprimary`, which is a deadline for workloads whose name ends with `-primary` and harmless for others.
 */
export function tagFault(image: string, workload: string): TagFault {
  const tag = imageTag(image);
  if (tag.endsWith('-stuck')) return 'stuck';
  if (tag.endsWith('-deadline')) return 'deadline';
  return tag.endsWith('-badprimary') && workload.endsWith('-primary') ? 'deadline' : 'none';
}
