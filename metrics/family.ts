/** Which proxy or library wrote the counters that built-in checks read. */
export type Family =
  | 'apisix'
  | 'appmesh'
  | 'contour'
  | 'gloo'
  | 'http'
  | 'istio'
  | 'knative'
  | 'kuma'
  | 'linkerd'
  | 'nginx'
  | 'osm'
  | 'skipper'
  | 'traefik';

export interface FamilyRequest {
  /** `spec.provider`; empty or absent when the Canary names none. */
  readonly provider: string | undefined;
  /** The provider of the whole controller. */
  readonly globalProvider: string;
  readonly targetKind: string;
  readonly targetApiVersion: string;
}

export interface FamilyChoice {
  readonly family: Family;
  /** The provider as event texts name it, such as `istio` or `kubernetes:service`. */
  readonly label: string;
}

const SERVICE_SUFFIX = ':service';

/** First match counts; whatever no rule knows is measured as Istio. */
const rules: readonly { readonly family: Family; readonly exact?: readonly string[]; readonly prefix?: string }[] = [
  { family: 'appmesh', prefix: 'appmesh' },
  { family: 'linkerd', exact: ['linkerd'] },
  { family: 'istio', exact: ['istio'] },
  { family: 'contour', exact: ['contour'] },
  { family: 'gloo', prefix: 'gloo' },
  { family: 'nginx', exact: ['nginx'] },
  { family: 'http', exact: ['kubernetes'], prefix: 'gatewayapi' },
  { family: 'skipper', exact: ['skipper'] },
  { family: 'traefik', exact: ['traefik'] },
  { family: 'osm', exact: ['osm'] },
  { family: 'kuma', exact: ['kuma'] },
  { family: 'apisix', exact: ['apisix'] },
  { family: 'knative', exact: ['knative'] },
];

/** The recordings of the reference ask Istio for it (Flagger compatibility). */
const ASKED_AS_ISTIO = `kubernetes${SERVICE_SUFFIX}`;

/**
 * Chooses the queries of the built-in checks. A Service as the target changes the label, but the queries of only one
 * provider: the proxies that write the counters are the same ones.
 */
export function familyFor(request: FamilyRequest): FamilyChoice {
  const provider = providerOf(request);
  const isKnative = request.targetApiVersion === 'serving.knative.dev/v1';
  const label = request.targetKind === 'Service' && !isKnative ? provider + SERVICE_SUFFIX : provider;
  if (label === ASKED_AS_ISTIO) return { family: 'istio', label };
  const rule = rules.find(({ exact, prefix }) => {
    return exact?.includes(provider) || (prefix !== undefined && provider.startsWith(prefix));
  });
  return { family: rule?.family ?? 'istio', label };
}

function providerOf({ provider, globalProvider }: FamilyRequest): string {
  if (provider === undefined || provider === '')
    return globalProvider.includes('crossover') ? 'crossover' : globalProvider;
  return globalProvider.includes('linkerd') ? 'linkerd' : provider;
}
