import { dig, type KubeObject } from '../kube/object.ts';

/** Annotation of a Knative Service that names the revision which is its primary (Flagger compatibility). */
export const PRIMARY_REVISION = 'flagger.app/primary-revision';

/** Name of the revision that is the primary; `undefined` before the first one was chosen. */
export function primaryRevision(service: KubeObject): string | undefined {
  return service.metadata.annotations?.[PRIMARY_REVISION] || undefined;
}

/** Name of the revision that the present spec made. */
export function latestRevision(service: KubeObject): string | undefined {
  const name = dig(service, 'status', 'latestCreatedRevisionName');
  return typeof name === 'string' && name !== '' ? name : undefined;
}
