import type { CanaryStatus } from '../api/status.ts';
import { requestsIn, type Said } from '../api/steering.ts';
import type { StringMap } from '../kube/object.ts';
import { digest } from './digest.ts';

/** A time in status is cut to the second. */
const ROUNDING_MS = 1_000;

/** How status remembers a request by annotation. The same words in two annotations are two requests. */
export function requestDigest({ key, text }: Pick<Said<string>, 'key' | 'text'>): string {
  return digest({ key, text });
}

/** Whether a request by annotation was obeyed before: each value counts once, however long it stays there. */
export function isObeyed({ run }: Pick<CanaryStatus, 'run'>, request: Pick<Said<string>, 'key' | 'text'>): boolean {
  return run?.obeyed?.includes(requestDigest(request)) ?? false;
}

/** What of a status tells whether its list of obeyed requests is complete. */
type Noted = Pick<CanaryStatus, 'phase' | 'run' | 'lastTransitionTime'>;

/**
 * Whether a controller that is gone may have obeyed a request, since status has lost what it noted. There is no doubt about
 * what was said after its last decision, nor does it matter for what means the same however often it is said: to promote
 * or to abort one revision.
 */
export function isDoubtful(
  { phase, run, lastTransitionTime }: Noted,
  { word, revision, at }: Pick<Said<string>, 'word' | 'revision' | 'at'>,
): boolean {
  const isLost = phase !== undefined && (run === undefined || run.derived === true);
  if (!isLost) return false;
  if (revision !== undefined && (word === 'promote' || word === 'abort')) return false;
  const isNew = Date.parse(at ?? '') >= Date.parse(lastTransitionTime ?? '') + ROUNDING_MS;
  return !isNew;
}

/**
 * What status keeps of requests: digests of those that were obeyed, or may have been, while their annotations are there. One
 * that was removed can't be obeyed again, so that the list never grows longer than the annotations. `now`: the annotations
 * that are obeyed now.
 */
export function stillObeyed(
  status: Noted,
  now: readonly string[],
  annotations: StringMap | undefined,
): readonly string[] {
  return requestsIn(annotations)
    .filter((each) => now.includes(each.key) || isObeyed(status, each) || isDoubtful(status, each))
    .map(requestDigest);
}
