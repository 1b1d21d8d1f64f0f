import type { Service } from './canary.ts';
import { integerIn } from './numbers.ts';
import type { Refuse } from './refusals.ts';
import type { ServiceInput } from './schema/canary.ts';

/** Port of Services that no object is made from: Knative brings its own. */
const UNUSED_PORT = 80;

/**
 * Reads `spec.service`, with the three names resolved. `targetName` names the apex when the service doesn't;
 * `portNeeded` is false for Knative targets. What only routers read is passed on as the user wrote it.
 */
export function parseService(raw: ServiceInput, targetName: string, portNeeded: boolean, refuse: Refuse): Service {
  const apexName = raw.name || targetName;
  for (const [index, { backendRef }] of (raw.mirror ?? []).entries()) {
    if (!backendRef) refuse('FieldMissing', `spec.service.mirror[${index}].backendRef`, 'is missing');
  }
  return {
    ...serviceNames(apexName),
    ...parsePort(raw, portNeeded, refuse),
    headless: raw.headless ?? false,
    timeout: raw.timeout || undefined,
    backendTimeout: raw.backendTimeout || undefined,
    gateways: raw.gateways ?? [],
    gatewayRefs: raw.gatewayRefs ?? [],
    hosts: raw.hosts ?? [],
    delegation: raw.delegation ?? false,
    trafficPolicy: raw.trafficPolicy,
    match: raw.match ?? [],
    rewrite: raw.rewrite,
    retries: raw.retries,
    headers: raw.headers,
    mirror: (raw.mirror ?? []).flatMap(({ backendRef }) => (backendRef ? [{ backendRef }] : [])),
    corsPolicy: raw.corsPolicy,
    apex: raw.apex,
    primary: raw.primary,
    canary: raw.canary,
    unmanaged: {
      annotations: raw.unmanagedMetadata?.annotations ?? [],
      labels: raw.unmanagedMetadata?.labels ?? [],
    },
    ...(raw.meshName ? { meshName: raw.meshName } : {}),
    ...(raw.backends?.length ? { backends: raw.backends } : {}),
  };
}

/** The Services of the two sides are named after the apex (Flagger compatibility). */
export function serviceNames(apexName: string): Pick<Service, 'apexName' | 'primaryName' | 'canaryName'> {
  return { apexName, primaryName: `${apexName}-primary`, canaryName: `${apexName}-canary` };
}

type Port = Pick<Service, 'port' | 'portName' | 'targetPort' | 'appProtocol' | 'trafficDistribution' | 'portDiscovery'>;

function parsePort(raw: ServiceInput, needed: boolean, refuse: Refuse): Port {
  const field = 'spec.service.port';
  if (needed && !raw.port) refuse('ServicePortMissing', field, 'is missing');
  const port = raw.port ? integerIn(refuse, field, raw.port, UNUSED_PORT, { min: 1, max: 65535 }) : UNUSED_PORT;
  return {
    port,
    portName: raw.portName || 'http',
    targetPort: raw.targetPort || undefined,
    appProtocol: raw.appProtocol || undefined,
    trafficDistribution: raw.trafficDistribution,
    portDiscovery: raw.portDiscovery ?? false,
  };
}
