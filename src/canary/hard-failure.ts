import { dig, type KubeObject, type StringMap } from '../kube/object.ts';

/** Why a container waits, when waiting longer seldom helps. */
const hopeless = new Set([
  'CrashLoopBackOff',
  'ErrImageNeverPull',
  'ErrImagePull',
  'ImagePullBackOff',
  'InvalidImageName',
]);

/** What admission says when it will turn down every further pod as well. */
const refused = /exceeded quota|failed quota|violates PodSecurity/;

const LONGEST_REASON = 300;

/**
 * Why the pods of a canary can never run, as a sentence without a full stop; `undefined` while they may. Pods that are
 * going away, and those of older revisions, say nothing about the present one.
 *
 * @param target the workload; only its conditions and `updateRevision` are looked at
 * @param pods pods that its selector matches, of any revision
 * @param since pods that are older belong to a run before
 */
export function hardFailureOf(target: KubeObject, pods: readonly KubeObject[], since = ''): string | undefined {
  // What is reported is about the template before
  if (Number(dig(target, 'status', 'observedGeneration') ?? 0) < (target.metadata.generation ?? 0)) return undefined;
  const young = pods.filter((pod) => bornAt(pod) >= since);
  const reason =
    refusalOf(target) ??
    presentPods(target, young)
      .map(failureOf)
      .find((found) => found !== undefined);
  return reason?.slice(0, LONGEST_REASON).toWellFormed();
}

/** Whether a pod belongs to a selector of labels. An empty selector matches nothing, so that nobody's pods count. */
export function isSelected(pod: KubeObject, labels: StringMap): boolean {
  const wanted = Object.entries(labels);
  return wanted.length > 0 && wanted.every(([key, value]) => pod.metadata.labels?.[key] === value);
}

/** `ReplicaFailure` of a Deployment: its pods can't even be created. */
function refusalOf(target: KubeObject): string | undefined {
  const conditions = dig(target, 'status', 'conditions');
  const failure = (Array.isArray(conditions) ? conditions : []).find((condition: unknown) => {
    return dig(condition, 'type') === 'ReplicaFailure' && dig(condition, 'status') === 'True';
  });
  const message = String(dig(failure, 'message') ?? '');
  return refused.test(message) ? `pods can't be created: ${message}` : undefined;
}

/**
 * The pods of the present revision, oldest first. Controllers of Deployments and DaemonSets mark pods with a hash of the
 * template; the youngest pod carries that of the present one. A StatefulSet names its own.
 */
function presentPods(target: KubeObject, pods: readonly KubeObject[]): readonly KubeObject[] {
  const alive = pods
    .filter(({ metadata }) => metadata.deletionTimestamp === undefined)
    .sort((a, b) => bornAt(a).localeCompare(bornAt(b)) || a.metadata.name.localeCompare(b.metadata.name));
  const named = target.kind === 'StatefulSet' ? dig(target, 'status', 'updateRevision') : undefined;
  const present = typeof named === 'string' ? named : revisionOf(alive.at(-1));
  return alive.filter((pod) => revisionOf(pod) === present);
}

function bornAt({ metadata }: KubeObject): string {
  return metadata.creationTimestamp ?? '';
}

function revisionOf(pod: KubeObject | undefined): string | undefined {
  const labels = pod?.metadata.labels;
  return labels?.['pod-template-hash'] ?? labels?.['controller-revision-hash'];
}

function failureOf(pod: KubeObject): string | undefined {
  for (const field of ['initContainerStatuses', 'containerStatuses']) {
    const statuses = dig(pod, 'status', field);
    for (const status of Array.isArray(statuses) ? statuses : []) {
      const reason = dig(status, 'state', 'waiting', 'reason');
      if (typeof reason !== 'string' || !hopeless.has(reason)) continue;
      const message = dig(status, 'state', 'waiting', 'message');
      const more = typeof message === 'string' && message !== '' ? `: ${message}` : '';
      return `container ${dig(status, 'name')} of pod ${pod.metadata.name} is in ${reason}${more}`;
    }
  }
  return undefined;
}
