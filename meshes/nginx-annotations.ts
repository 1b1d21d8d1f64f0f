import type { Canary, StringMatch } from '../src/api/canary.ts';
import type { KubeObject, StringMap } from '../src/kube/object.ts';
import type { ReadTraffic, RouteRequest } from './contract.ts';
import { lastAppliedAnnotation } from './original.ts';
import { readTraffic } from './read-traffic.ts';

/** Annotations of the user's Ingress that its copy carries too. */
export function copiedAnnotations(user: KubeObject, prefix: string): StringMap {
  const copied = Object.entries(user.metadata.annotations ?? {}).filter(
    ([key]) => !key.includes(`${prefix}/canary`) && !key.includes(lastAppliedAnnotation),
  );
  return Object.fromEntries(copied);
}

/** What makes the Ingress a canary with the wanted traffic, or why nginx can't. */
export function canaryAnnotations(
  { canary, traffic }: RouteRequest,
  prefix: string,
): { readonly annotations: StringMap } | { readonly impossible: string } {
  const { match, iterations } = canary.analysis;
  const marked = (weight: number, more: StringMap = {}) => {
    const all = { canary: 'true', 'canary-weight': String(weight), ...more };
    return { annotations: Object.fromEntries(Object.entries(all).map(([key, value]) => [`${prefix}/${key}`, value])) };
  };
  if (match.length === 0) return marked(traffic.canary);
  if (iterations === 0) {
    return { impossible: 'nginx can not split the requests of analysis.match by weight: set analysis.iterations' };
  }
  const audience = audienceOf(canary);
  if ('impossible' in audience) return audience;
  // The weight stays 0: it would let others than the audience in.
  return traffic.canary > 0 ? marked(0, audience.annotations) : marked(0);
}

/** nginx knows one header and one cookie; the last of each in the order of the Canary is taken. */
function audienceOf({ analysis }: Canary): { annotations: StringMap } | { impossible: string } {
  const headers = analysis.match.flatMap((match) => Object.entries(match.headers ?? {}));
  const inexpressible = headers.find(([name, match]) => Object.keys(conditionOf(name, match)).length === 0);
  if (inexpressible) {
    return {
      impossible: `nginx can not tell requests by the header ${inexpressible[0]} that analysis.match describes`,
    };
  }
  const lastCookie = headers.findLast(([name]) => name === 'cookie');
  const lastHeader = headers.findLast(([name]) => name !== 'cookie');
  if (!lastCookie && !lastHeader) {
    return { impossible: 'nginx tells requests by a header or a cookie, and analysis.match names none' };
  }
  const parts = [lastCookie, lastHeader].flatMap((each) => (each ? [conditionOf(...each)] : []));
  return { annotations: Object.assign({}, ...parts) };
}

/** The value of a `cookie` is the name of one, which holds `always` or `never` (ingress-nginx). */
function conditionOf(name: string, { exact, regex }: StringMatch): StringMap {
  if (name === 'cookie') return exact ? { 'canary-by-cookie': exact } : {};
  if (exact !== undefined) return { 'canary-by-header': name, 'canary-by-header-value': exact };
  return regex === undefined ? {} : { 'canary-by-header': name, 'canary-by-header-pattern': regex };
}

/** Traffic as the annotations of the canary Ingress tell it. */
export function readAnnotations(ingress: KubeObject, canary: Canary, prefix: string): ReadTraffic {
  const { annotations = {} } = ingress.metadata;
  const chooses = [`${prefix}/canary-by-cookie`, `${prefix}/canary-by-header`].some((key) => key in annotations);
  if (canary.analysis.match.length > 0 && chooses) return { traffic: { primary: 0, canary: 100, mirror: false } };
  const text = annotations[`${prefix}/canary-weight`] ?? '0';
  if (!/^[-+]?\d+$/.test(text)) {
    return { unreadable: `failed to convert ${text} to int: ${JSON.stringify(text)} is not a number` };
  }
  const weight = Number(text);
  if (weight < 0 || weight > 100) {
    const { name, namespace } = ingress.metadata;
    return { unreadable: `Ingress ${name}.${namespace} has the weight ${weight}, which is not between 0 and 100` };
  }
  return readTraffic({ primary: 100 - weight, canary: weight, mirror: false }, ingress, canary);
}
