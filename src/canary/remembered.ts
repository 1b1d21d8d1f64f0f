import type { Canary } from '../api/canary.ts';
import { serviceNames } from '../api/parse-service.ts';
import type { CanaryStatus, Stage } from '../api/status.ts';

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

/** `<provider> <apex>`, as status remembers whose routes carry the traffic. */
export function routesName({ provider, service }: Canary): string {
  return `${provider} ${service.apexName}`;
}

/**
 * The Canary as its run began, where `spec.provider` or `spec.service.name` say something else by now: the routes that carry
 * its traffic are the ones to be led back. `undefined` when the spec names these, or no run is under way.
 */
export function inFormerRoutes(canary: Canary, status: CanaryStatus): Canary | undefined {
  const { run } = status;
  if (!run || betweenRuns.has(run.stage) || isRetargeted(canary, status)) return undefined;
  if (run.routes === undefined || run.routes === routesName(canary)) return undefined;
  const [provider = '', apexName = ''] = run.routes.split(' ');
  return { ...canary, provider, service: { ...canary.service, ...serviceNames(apexName) } };
}

/** What of the spec waits, as a sentence. */
export function routesDeferred({ provider, service }: Canary): string {
  return (
    'spec.provider and spec.service.name were changed in the midst of a run: they take effect when it is over; until then its ' +
    `traffic stays in the routes of ${service.apexName} by ${provider}`
  );
}
