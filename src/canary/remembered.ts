import type { Canary } from '../api/canary.ts';
import { serviceNames } from '../api/parse-service.ts';
import type { CanaryStatus, RoutesNamed, Stage } from '../api/status.ts';

/** Between runs nobody is sent anywhere but to the primary, so that routes may change. */
const betweenRuns: ReadonlySet<Stage> = new Set(['creating', 'takingOver', 'idle', 'asking']);

/** `<kind>/<name>`, as status remembers whom it is about. */
export function targetName({ target }: Canary): string {
  return `${target.kind}/${target.name}`;
}

/** Whether the spec names another target than the status is about. */
export function isRetargeted(canary: Canary, { run }: CanaryStatus): boolean {
  return run?.target !== undefined && run.target !== targetName(canary);
}

/** The revision that the primary has, as far as status tells. */
export function revisionOfPrimary({ run, lastPromotedSpec }: CanaryStatus): string | undefined {
  return run?.overwritten ?? lastPromotedSpec;
}

/** Everything of the spec that names routes, as status remembers whose routes carry the traffic. */
export function routesOf({ provider, service, ingressRef }: Canary): RoutesNamed {
  const { apexName: apex, gatewayRefs } = service;
  return {
    provider,
    apex,
    ...(ingressRef ? { ingress: ingressRef.name } : {}),
    ...(gatewayRefs.length > 0 ? { gatewayRefs } : {}),
  };
}

/**
 * The Canary as its run began, where the spec names other routes by now: those that carry its traffic are the ones to be led
 * back. `undefined` when the spec names these, or no run is under way.
 */
export function inFormerRoutes(canary: Canary, status: CanaryStatus): Canary | undefined {
  const { run } = status;
  if (!run?.routes || betweenRuns.has(run.stage)) return undefined;
  const { provider, apex, ingress, gatewayRefs = [] } = run.routes;
  const { service, ingressRef } = canary;
  const hasGateways = service.gatewayRefs.length > 0 || gatewayRefs.length === 0;
  const isSame = provider === canary.provider && apex === service.apexName && ingress === ingressRef?.name;
  if (isSame && hasGateways) return undefined;
  return {
    ...canary,
    provider,
    ingressRef:
      ingress === undefined ? undefined : { apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', name: ingress },
    service: { ...service, ...serviceNames(apex), gatewayRefs: hasGateways ? service.gatewayRefs : gatewayRefs },
  };
}

/** What of the spec waits, as a sentence. */
export function routesDeferred({ provider, service }: Canary): string {
  return (
    'spec.provider, spec.service.name, spec.ingressRef or spec.service.gatewayRefs was changed in the midst of a run: that takes ' +
    `effect when it is over; until then its traffic stays in the routes of ${service.apexName} by ${provider}`
  );
}
