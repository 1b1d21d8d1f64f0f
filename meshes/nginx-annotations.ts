import type { Canary } from '../src/api/canary.ts';
import type { KubeObject, StringMap } from '../src/kube/object.ts';
import type { ReadTraffic, RouteRequest } from './contract.ts';
import { nginxAudience } from './nginx-audience.ts';
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
  const audience = nginxAudience(canary);
  if ('impossible' in audience) return audience;
  // The weight stays 0: it would let others than the audience in.
  return traffic.canary > 0 ? marked(0, audience.settings) : marked(0);
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
