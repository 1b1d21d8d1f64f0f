import type { ApiError } from '../kube/errors.ts';

/** A way on for verbs that are about Canaries, where the Canary isn't there, or its kind isn't. */
export function canaryRemedy({ reason }: ApiError): string | undefined {
  if (reason === 'NotFound') return '`sluice get canaries -A` lists what there is';
  if (reason === 'KindNotServed') return 'were the files in crds/ applied to it?';
  return undefined;
}
