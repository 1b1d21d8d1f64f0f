import type { Canary, SessionAffinity } from '../src/api/canary.ts';
import type { AffinityCookies, RouteRequest } from './contract.ts';

/**
 * What session affinity needs of a request right now. `split`: users stick to the side that served them. `drop`: all
 * traffic is on the primary, and clients are asked to forget the canary's cookie. `none`: plain routes.
 */
export type Affinity =
  | { readonly kind: 'split'; readonly canary: StickyCookie; readonly primary: StickyCookie | undefined }
  | { readonly kind: 'drop'; readonly previous: StickyCookie }
  | { readonly kind: 'none' };

/** A cookie as routes need it. */
export interface StickyCookie {
  /** Matches a `Cookie` request header that holds it. */
  readonly regex: string;
  /** Value of the `Set-Cookie` response header. */
  readonly setCookie: string;
}

/** With conditions of an A/B test there is no affinity: requests stick by what they match. */
export function affinityOf({ canary, traffic, cookies = {} }: RouteRequest): Affinity {
  const { sessionAffinity, match } = canary.analysis;
  if (!sessionAffinity || match.length > 0) return { kind: 'none' };
  if (traffic.canary === 0) {
    const { previous } = cookies;
    return previous ? { kind: 'drop', previous: sticky(previous, 'Max-Age=-1') } : { kind: 'none' };
  }
  if (!cookies.canary) return { kind: 'none' };
  const attributes = attributesOf(sessionAffinity, sessionAffinity.maxAgeSeconds);
  return { kind: 'split', canary: sticky(cookies.canary, attributes), primary: primaryOf(canary, cookies) };
}

/** The primary's cookie lives for one interval: then the weights may have moved on (Flagger compatibility). */
function primaryOf(
  { analysis: { sessionAffinity, intervalMs } }: Canary,
  { primary }: AffinityCookies,
): StickyCookie | undefined {
  if (!sessionAffinity?.primaryCookieName || !primary) return undefined;
  return sticky(primary, attributesOf(sessionAffinity, Math.floor(intervalMs / 1000)));
}

function sticky(cookie: string, attributes: string): StickyCookie {
  const at = cookie.indexOf('=');
  const [name, value] = [cookie.slice(0, at), cookie.slice(at + 1)];
  return { regex: `.*${name}.*${value}.*`, setCookie: `${cookie}; ${attributes}` };
}

/** In the reference's order. */
function attributesOf(affinity: SessionAffinity, maxAgeSeconds: number): string {
  const { domain, httpOnly, partitioned, path, sameSite, secure } = affinity;
  return [
    `Max-Age=${maxAgeSeconds}`,
    ...(domain ? [`Domain=${domain}`] : []),
    ...(httpOnly ? ['HttpOnly'] : []),
    ...(partitioned ? ['Partitioned'] : []),
    ...(path ? [`Path=${path}`] : []),
    ...(sameSite ? [`SameSite=${sameSite}`] : []),
    ...(secure ? ['Secure'] : []),
  ].join('; ');
}
