import { type Canary, markerAnnotations } from '../src/api/canary.ts';
import { dig, type KubeObject, type ObjectRef } from '../src/kube/object.ts';
import { assemble, specOf } from './assemble.ts';
import { apexLabels, type Live, type Mesh, type ReadTraffic, type Rendered, type RouteRequest } from './contract.ts';
import { parentRefsOf, settledParents } from './gatewayapi-parents.ts';
import { type GatewayVersion, routeRules } from './gatewayapi-rules.ts';
import { ruleWeights } from './gatewayapi-weights.ts';
import { rememberOriginal, restoreOriginals } from './original.ts';
import { claimedByAnother, notFound } from './ownership.ts';
import { present } from './present.ts';

/**
 * Gateway API: one HTTPRoute on the apex. With `v1beta1` timeouts, CORS, the primary's cookie and the mirrored percentage
 * are left out, and gateways aren't waited for (Flagger compatibility).
 */
export function gatewayApi(version: GatewayVersion): Mesh {
  const refOf = (canary: Canary) => routeRef(canary, version);
  return {
    providers: [`gatewayapi:${version}`],
    can: { weights: true, match: true, mirror: 'always', affinity: true },
    refs: (canary) => [refOf(canary)],
    render: (request, live) => render(request, live, version),
    read: (canary, live) => read(canary, refOf(canary), live),
    release: (canary, live) => restoreOriginals([live(refOf(canary))], canary),
    settled(canary, live) {
      if (version === 'v1beta1') return { settled: true };
      const route = live(refOf(canary));
      return route ? settledParents(route) : { settled: false, waiting: notFound(refOf(canary), plural) };
    },
  };
}

const plural = 'httproutes.gateway.networking.k8s.io';

function routeRef({ namespace, service }: Canary, version: GatewayVersion): ObjectRef {
  return { apiVersion: `gateway.networking.k8s.io/${version}`, kind: 'HTTPRoute', namespace, name: service.apexName };
}

function render(request: RouteRequest, live: Live, version: GatewayVersion): Rendered {
  const { canary } = request;
  if (canary.service.gatewayRefs.length === 0) {
    return { impossible: 'GatewayRefs must be specified when using Gateway API as a provider.' };
  }
  const ref = routeRef(canary, version);
  const found = live(ref);
  const claimed = claimedByAnother(found, canary);
  if (claimed) return { impossible: claimed };
  const made = routeRules(request, version);
  if ('impossible' in made) return made;
  return { objects: [renderRoute(request, ref, found, made.rules)] };
}

/** Parents, host names and rules are ours; unknown fields of the spec stay. */
function renderRoute(
  request: RouteRequest,
  ref: ObjectRef,
  live: KubeObject | undefined,
  rules: readonly unknown[],
): KubeObject {
  const { canary } = request;
  const { hosts, apex } = canary.service;
  const { hostnames: _, ...others } = specOf(live);
  const wanted = {
    ref,
    labels: apexLabels(request),
    annotations: { ...apex?.annotations, ...markerAnnotations, ...rememberOriginal(live, request) },
    spec: { ...others, parentRefs: parentRefsOf(canary), ...present({ hostnames: hosts }), rules },
  };
  return assemble(wanted, live, request);
}

function read(canary: Canary, ref: ObjectRef, live: Live): ReadTraffic {
  const route = live(ref);
  return route ? ruleWeights(dig(route, 'spec', 'rules'), route, canary) : { unreadable: notFound(ref, plural) };
}
