import type { Kind } from '../kube/object.ts';

type Verb = 'get' | 'list' | 'watch' | 'create' | 'update' | 'patch';

/** What the controller does with a resource. `resource` may name a subresource, such as `canaries/status`. */
export interface Grant extends Kind {
  readonly resource: string;
  readonly verbs: readonly Verb[];
  /** Only the object of this name, where that is enough. */
  readonly only?: string;
}

/** A part of the product, and all that it may do. Each feature becomes a role of its own. */
export interface Feature {
  readonly name: string;
  readonly what: string;
  readonly grants: readonly Grant[];
}

/** A rule as `rbac.authorization.k8s.io` has it. */
export interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly verbs: readonly string[];
  readonly resourceNames?: readonly string[];
}

// `get` shows nothing that `list` doesn't show, and is what everybody who reads a role expects beside it
const read = ['get', 'list', 'watch'] as const;
const write = [...read, 'create', 'update'] as const;
const flagger = 'flagger.app/v1beta1';

export const core: Feature = {
  name: 'core',
  what: 'canaries, their targets and Services, events, and credentials that templates and alert providers name',
  grants: [
    { apiVersion: flagger, kind: 'Canary', resource: 'canaries', verbs: [...read, 'patch'] },
    { apiVersion: flagger, kind: 'Canary', resource: 'canaries/status', verbs: ['patch'] },
    // Where the API server guards owner references that block a deletion, as OpenShift's does
    { apiVersion: flagger, kind: 'Canary', resource: 'canaries/finalizers', verbs: ['update'] },
    { apiVersion: flagger, kind: 'MetricTemplate', resource: 'metrictemplates', verbs: read },
    { apiVersion: flagger, kind: 'AlertProvider', resource: 'alertproviders', verbs: read },
    { apiVersion: 'apps/v1', kind: 'Deployment', resource: 'deployments', verbs: [...write, 'patch'] },
    { apiVersion: 'apps/v1', kind: 'DaemonSet', resource: 'daemonsets', verbs: [...write, 'patch'] },
    { apiVersion: 'apps/v1', kind: 'StatefulSet', resource: 'statefulsets', verbs: [...write, 'patch'] },
    // What a primary that was deleted is made from
    { apiVersion: 'apps/v1', kind: 'ReplicaSet', resource: 'replicasets', verbs: ['list'] },
    { apiVersion: 'apps/v1', kind: 'ControllerRevision', resource: 'controllerrevisions', verbs: ['list'] },
    { apiVersion: 'v1', kind: 'Service', resource: 'services', verbs: write },
    { apiVersion: 'v1', kind: 'Secret', resource: 'secrets', verbs: ['get'] },
    { apiVersion: 'v1', kind: 'Event', resource: 'events', verbs: ['get', 'create', 'patch'] },
  ],
};

export const configTracking: Feature = {
  name: 'config-tracking',
  what: 'copies of the ConfigMaps and Secrets of a target; not needed with `configTracking.enabled: false`',
  grants: [
    { apiVersion: 'v1', kind: 'ConfigMap', resource: 'configmaps', verbs: write },
    { apiVersion: 'v1', kind: 'Secret', resource: 'secrets', verbs: write },
  ],
};

/** The Lease is created without a name that could be checked, and then read and written under its own. */
export const leaderElection: Feature = {
  name: 'leader-election',
  what: 'the Lease that says which replica works, in the namespace of the installation',
  grants: [
    { apiVersion: 'coordination.k8s.io/v1', kind: 'Lease', resource: 'leases', verbs: ['create'] },
    {
      apiVersion: 'coordination.k8s.io/v1',
      kind: 'Lease',
      resource: 'leases',
      verbs: ['get', 'update'],
      only: 'flagger-leader-election',
    },
  ],
};

/** What the primary's own autoscaler needs, by the kind of the autoscaler. */
export const autoscalers: Readonly<Record<'hpa' | 'keda', Feature>> = {
  hpa: {
    name: 'autoscaler-hpa',
    what: 'copies of HorizontalPodAutoscalers',
    grants: [
      {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        resource: 'horizontalpodautoscalers',
        verbs: write,
      },
    ],
  },
  keda: {
    name: 'autoscaler-keda',
    what: 'copies of ScaledObjects, and pausing them',
    grants: [
      { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', resource: 'scaledobjects', verbs: [...write, 'patch'] },
    ],
  },
};

export const disruptionBudgets: Feature = {
  name: 'disruption-budgets',
  what: 'PodDisruptionBudgets of primaries; not needed with `rbac.disruptionBudgets: false`',
  grants: [{ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', resource: 'poddisruptionbudgets', verbs: write }],
};

export const failFast: Feature = {
  name: 'fail-fast',
  what: 'pods of canaries, for `spec.analysis.failFast`; not needed with `rbac.failFast: false`',
  grants: [{ apiVersion: 'v1', kind: 'Pod', resource: 'pods', verbs: read }],
};

const gateway = 'gateway.networking.k8s.io';
const istio = 'networking.istio.io/v1beta1';

/**
 * What routes traffic, by the provider's name before its version (`gatewayapi` of `gatewayapi:v1`). A new provider is one more
 * row; plain Services need nothing that the core doesn't need.
 */
export const providers: Readonly<Record<string, Feature | undefined>> = {
  gatewayapi: {
    name: 'gatewayapi',
    what: 'HTTPRoutes of the Gateway API',
    grants: ['v1', 'v1beta1'].map((version) => ({
      apiVersion: `${gateway}/${version}`,
      kind: 'HTTPRoute',
      resource: 'httproutes',
      verbs: write,
    })),
  },
  istio: {
    name: 'istio',
    what: 'VirtualServices and DestinationRules of Istio',
    grants: [
      { apiVersion: istio, kind: 'VirtualService', resource: 'virtualservices', verbs: write },
      { apiVersion: istio, kind: 'DestinationRule', resource: 'destinationrules', verbs: write },
    ],
  },
  knative: {
    name: 'knative',
    what: 'Services of Knative, which are targets and carry the weights',
    grants: [
      { apiVersion: 'serving.knative.dev/v1', kind: 'Service', resource: 'services', verbs: [...read, 'update'] },
      { apiVersion: 'serving.knative.dev/v1', kind: 'Revision', resource: 'revisions', verbs: read },
    ],
  },
  kubernetes: undefined,
  nginx: {
    name: 'nginx',
    what: 'Ingresses of ingress-nginx',
    grants: [{ apiVersion: 'networking.k8s.io/v1', kind: 'Ingress', resource: 'ingresses', verbs: write }],
  },
  none: undefined,
};

/** Every feature that becomes a role, in the order in which a reader meets them. */
export function allFeatures(): readonly Feature[] {
  const routing = Object.values(providers).filter((feature) => feature !== undefined);
  return [core, configTracking, ...routing, ...Object.values(autoscalers), disruptionBudgets, failFast, leaderElection];
}

/** `gatewayapi` of `gatewayapi:v1`. */
export function familyOf(provider: string): string {
  return provider.split(':', 1)[0] ?? '';
}

/** `''` for the core group. */
export function groupOf({ apiVersion }: Kind): string {
  return apiVersion.includes('/') ? (apiVersion.split('/', 1)[0] ?? '') : '';
}

/** The rules of a role that grants what a feature needs: a rule for each group and set of verbs. */
export function rulesOf({ grants }: Feature): Rule[] {
  const rules = new Map<string, Rule>();
  for (const grant of grants) {
    const key = [groupOf(grant), grant.only ?? '', ...grant.verbs].join();
    const { resources } = rules.get(key) ?? { resources: [] };
    rules.set(key, {
      apiGroups: [groupOf(grant)],
      resources: [...new Set([...resources, grant.resource])],
      ...(grant.only === undefined ? {} : { resourceNames: [grant.only] }),
      verbs: grant.verbs,
    });
  }
  return [...rules.values()];
}
