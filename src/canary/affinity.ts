import { createHash } from 'node:crypto';
import type { AffinityCookies } from '../../meshes/contract.ts';
import type { Canary } from '../api/canary.ts';
import type { CanaryStatus } from '../api/status.ts';
import type { Progress } from './machine.ts';

/** The cookies in `status`, each as `name=value`; an absent one is not set. */
export type CookieFields = Pick<
  CanaryStatus,
  'sessionAffinityCookie' | 'previousSessionAffinityCookie' | 'primarySessionAffinityCookie'
>;

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/**
 * Session affinity as status keeps it: a cookie is made with the first traffic of a run and becomes the previous one when all
 * traffic is back. The cookie of the primary is another one with each step: whom the primary served may belong to the greater
 * share of the canary now. Values are derived from Canary, run and step, so that a replay gives the same ones.
 */
export function cookieFields(canary: Canary, status: CanaryStatus, progress: Progress): CookieFields {
  const { sessionAffinity } = canary.analysis;
  const { sessionAffinityCookie: own, previousSessionAffinityCookie: previous } = status;
  const { primarySessionAffinityCookie: primary } = status;
  if (!sessionAffinity) return given(own, previous, primary);
  const { cookieName, primaryCookieName } = sessionAffinity;
  if (progress.traffic.canary > 0) {
    const side = `primary/${progress.traffic.canary}`;
    const stable = primaryCookieName && `${primaryCookieName}=${letters(canary, progress, side)}`;
    return given(own ?? `${cookieName}=${letters(canary, progress, 'canary')}`, previous, stable ?? primary);
  }
  if (own && progress.canaryWeight === 0) return given(undefined, own, primary);
  return given(own, previous, primary);
}

/** What routes need of them: with all traffic on the primary, clients are asked to drop the cookie of the canary. */
export function affinityCookies(status: CanaryStatus, progress: Progress): AffinityCookies {
  const { sessionAffinityCookie: own, previousSessionAffinityCookie: previous } = status;
  const primary = status.primarySessionAffinityCookie;
  return progress.traffic.canary > 0 ? { canary: own, primary } : { previous: own ?? previous, primary };
}

function given(own: string | undefined, previous: string | undefined, primary: string | undefined): CookieFields {
  return {
    ...(own ? { sessionAffinityCookie: own } : {}),
    ...(previous ? { previousSessionAffinityCookie: previous } : {}),
    ...(primary ? { primarySessionAffinityCookie: primary } : {}),
  };
}

/** Ten letters; nobody gains anything by guessing them. */
function letters(canary: Canary, progress: Progress, side: string): string {
  const hash = createHash('sha256').update(`${canary.uid}/${progress.number}/${side}`).digest();
  return [...hash.subarray(0, 10)].map((byte) => LETTERS[byte % LETTERS.length]).join('');
}
