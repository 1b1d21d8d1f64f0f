import type { Canary } from './canary.ts';
import { isGatewayDuration } from './durations.ts';
import { checkGatewayAudience, checkGatewayMatch } from './match-rules.ts';
import { commonProviders, isGatewayApi, type MeshCapabilities } from './providers.ts';
import type { Refuse } from './refusals.ts';

/** What rules need besides the Canary. */
export interface RuleContext {
  /** Where the analysis stands: `spec.analysis` or `spec.canaryAnalysis`. */
  readonly analysisField: string;
  readonly refuse: Refuse;
}

/** Answers what a provider can express; `undefined`: no such provider. */
export type CapabilitiesOf = (provider: string) => MeshCapabilities | undefined;

/** Refuses an unknown provider, and what a known one can't express or can't do without. */
export function checkProvider(canary: Canary, capabilities: CapabilitiesOf, context: RuleContext): void {
  const can = capabilities(canary.provider);
  if (can) {
    checkCapabilities(canary, can, context);
    checkNeeds(canary, context);
    if (isGatewayApi(canary.provider)) checkGatewayApi(canary, context);
    return;
  }
  const known = commonProviders.filter((name) => capabilities(name) !== undefined).join(', ');
  const fault = `is ${JSON.stringify(canary.provider)}, which is unknown`;
  context.refuse('ProviderUnknown', 'spec.provider', fault, `use one of ${known}`);
}

/**
 * Conditions that a provider can't tell are refused whatever the strategy is: its routes would be those of all users.
 * `kubernetes` ignores them with a warning, and mirroring is skipped with one everywhere (Flagger compatibility).
 */
function checkCapabilities(canary: Canary, can: MeshCapabilities, { analysisField, refuse }: RuleContext): void {
  const { provider, service, analysis } = canary;
  const tcp = provider === 'istio' && service.appProtocol?.toLowerCase() === 'tcp';
  const fault = `is not possible with the provider ${tcp ? 'istio with appProtocol tcp' : provider}`;
  const chooses = analysis.match.length > 0 && provider !== 'kubernetes';
  if (chooses && (!can.match || tcp)) {
    const field = `${analysisField}.match`;
    const way = tcp ? 'set spec.service.appProtocol to http' : 'choose a provider with A/B testing';
    refuse('MatchUnsupported', field, fault, `remove ${field}, or ${way}`);
  }
  if (analysis.sessionAffinity && (!can.affinity || tcp)) {
    refuse('AffinityUnsupported', `${analysisField}.sessionAffinity`, fault);
  }
}

/** The texts in brackets are those of the reference; people search for them. */
function checkNeeds({ provider, namespace, service, ingressRef, routeRef }: Canary, { refuse }: RuleContext): void {
  const needed = (text: string) => `is needed by the provider ${provider} (${text})`;
  switch (provider) {
    case 'nginx':
    case 'skipper':
      if (!ingressRef?.name) refuse('IngressRefMissing', 'spec.ingressRef', needed('ingress selector is empty'));
      break;
    case 'apisix':
      if (!routeRef?.name) refuse('RouteRefMissing', 'spec.routeRef', needed('apisix route selector is empty'));
      break;
    case 'appmesh':
      if (!service.meshName) refuse('MeshNameMissing', 'spec.service.meshName', needed('mesh name cannot be empty'));
      break;
    case 'istio':
      if (service.delegation && service.hosts.length + service.gateways.length > 0) {
        const route = `VirtualService ${service.apexName}.${namespace}`;
        const text = `${route} cannot have hosts and gateways when delegation enabled`;
        refuse('DelegationConflict', 'spec.service.delegation', `is on (${text})`);
      }
      break;
  }
}

function checkGatewayApi(canary: Canary, { analysisField, refuse }: RuleContext): void {
  const { provider, service, analysis } = canary;
  if (service.gatewayRefs.length === 0) {
    const text = 'GatewayRefs must be specified when using Gateway API as a provider.';
    refuse('GatewayRefsMissing', 'spec.service.gatewayRefs', `is empty (${text})`);
  }
  checkGatewayMatch(service.match, 'spec.service.match', refuse);
  checkGatewayMatch(analysis.match, `${analysisField}.match`, refuse);
  if (canary.strategy === 'ab-testing') checkGatewayAudience(analysis.match, `${analysisField}.match`, refuse);
  // v1beta1 routes carry no timeouts.
  if (provider.startsWith('gatewayapi:v1beta1')) return;
  for (const name of ['timeout', 'backendTimeout'] as const) {
    const text = service[name];
    if (text === undefined || isGatewayDuration(text)) continue;
    refuse('DurationInvalid', `spec.service.${name}`, `is ${JSON.stringify(text)}, which no HTTPRoute takes`);
  }
}
