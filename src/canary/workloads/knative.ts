import { latestRevision, PRIMARY_REVISION, primaryRevision } from '../../api/knative.ts';
import { dig, type KubeObject, type ObjectRef, refOf } from '../../kube/object.ts';
import { digest } from '../digest.ts';
import type { Lookup, Readiness, RoutedTarget } from './contract.ts';
import { numberOf, objectsOf } from './json.ts';
import { unfinished } from './waiting.ts';

const apiVersion = 'serving.knative.dev/v1';

/**
 * Knative Services as targets. Both sides are revisions of the one object: the latest is the canary, an annotation names the
 * primary, and its mesh writes the weights. Knative scales them, so that no deadline runs.
 */
export const knative: RoutedTarget = {
  apiVersion,
  kind: 'Service',
  primaryRef: ({ namespace, target }) => ({ apiVersion, kind: 'Service', namespace, name: target.name }),
  refs: (_canary, target) => {
    const names = [latestRevision(target), primaryRevision(target)].filter((name) => name !== undefined);
    return [...new Set(names)].map((name) => revisionRef(target, name));
  },
  revision: (target) => {
    const name = latestRevision(target);
    return name === undefined ? { impossible: `${subject(target)} has no revision yet` } : digest(name);
  },
  backends: () => [],
  primary: ({ target }) => {
    const annotations = { ...target.metadata.annotations, [PRIMARY_REVISION]: latestRevision(target) ?? '' };
    return { ...target, metadata: { ...target.metadata, annotations } };
  },
  // Each change makes a revision with a name of its own, so that the name tells as much as an id
  equalsTarget: (primary) => knative.promoted(primary, ''),
  promoted: (primary) => primaryRevision(primary) !== undefined && primaryRevision(primary) === latestRevision(primary),
  readiness: (side, target, live) => {
    if (side === 'primary') return revisionReadiness(target, primaryRevision(target) ?? latestRevision(target), live);
    if ((target.metadata.generation ?? 0) > (numberOf(dig(target, 'status', 'observedGeneration')) ?? 0)) {
      return unfinished('observed service generation less than desired generation');
    }
    return revisionReadiness(target, latestRevision(target), live);
  },
};

function revisionReadiness(target: KubeObject, name: string | undefined, live: Lookup): Readiness {
  if (name === undefined) return unfinished(`${subject(target)} has no revision yet`);
  const revision = live(revisionRef(target, name));
  if (!revision) return unfinished(`revision ${name} does not exist yet`);
  const conditions = objectsOf(dig(revision, 'status', 'conditions'));
  const ready = conditions.find(({ type }) => type === 'Ready');
  if (ready?.['status'] === 'True') return { ready: true };
  const message = ready?.['message'];
  const detail = typeof message === 'string' && message !== '' ? `: ${message}` : '';
  return unfinished(`revision ${name} is not ready${detail}`);
}

function revisionRef(target: KubeObject, name: string): ObjectRef {
  return { ...refOf(target), kind: 'Revision', name };
}

function subject({ metadata }: KubeObject): string {
  return `service ${metadata.name}.${metadata.namespace}`;
}
