import type { Refusal } from './canary.ts';

/** What a reason for a refusal means, and the way out that fits most cases. */
interface Entry {
  readonly meaning: string;
  readonly remedy: string;
}

const entries = {
  FieldMissing: { meaning: 'A required field is absent.', remedy: 'add it' },
  FieldMistyped: { meaning: 'A field holds a value of the wrong type.', remedy: 'write it as the type asks' },
  FieldMalformed: { meaning: 'A text or object has the wrong form.', remedy: 'correct it' },
  FieldOutOfRange: { meaning: 'A number is too small or too large.', remedy: 'choose a number in the range' },
  NotAnInteger: { meaning: 'A number that counts something has a fraction.', remedy: 'write a whole number' },
  ValueUnknown: { meaning: 'A field holds none of its possible values.', remedy: 'choose one of them' },
  DurationInvalid: { meaning: 'A text is no duration.', remedy: 'write a number with a unit, such as 30s or 5m' },

  TargetRefIncomplete: {
    meaning: 'The workload to release is not named in full.',
    remedy: 'give targetRef an apiVersion, a kind and a name',
  },
  TargetKindUnknown: {
    meaning: 'The target is of a kind that can not be released.',
    remedy: 'name a Deployment, DaemonSet, StatefulSet or Service',
  },
  ServicePortMissing: {
    meaning: 'Without a port there is no Service to make.',
    remedy: 'set spec.service.port to the port that clients use',
  },

  ProviderUnknown: { meaning: 'No router goes by the name of the provider.', remedy: 'choose a known provider' },
  GatewayRefsMissing: {
    meaning: 'A Gateway API route needs a parent.',
    remedy: 'name at least one Gateway in spec.service.gatewayRefs',
  },
  IngressRefMissing: {
    meaning: 'The provider copies an Ingress, and none is named.',
    remedy: 'name the Ingress of the target in spec.ingressRef',
  },
  RouteRefMissing: {
    meaning: 'The provider copies a route, and none is named.',
    remedy: 'name the ApisixRoute of the target in spec.routeRef',
  },
  MeshNameMissing: {
    meaning: 'App Mesh v1beta1 objects need the name of the mesh.',
    remedy: 'set spec.service.meshName',
  },
  DelegationConflict: {
    meaning: 'A delegate VirtualService takes hosts and gateways from the one that delegates.',
    remedy: 'remove spec.service.hosts and spec.service.gateways, or switch delegation off',
  },
  KnativeProviderMismatch: {
    meaning: 'Knative Services and the provider knative go only with each other.',
    remedy: 'set spec.provider to knative exactly when the target is a serving.knative.dev/v1 Service',
  },
  ServiceNameMismatch: {
    meaning: 'Clients call the Service that is the target, so the apex can not have another name.',
    remedy: 'remove spec.service.name, or set it to the name of the target',
  },
  ServiceAutoscaler: {
    meaning: 'A Service as the target has no replicas to scale.',
    remedy: 'remove spec.autoscalerRef',
  },
  BudgetAmbiguous: {
    meaning: 'A disruption budget says one thing: how many pods stay, or how many may go.',
    remedy: 'set exactly one of minAvailable and maxUnavailable',
  },
  BudgetWithoutPods: {
    meaning: 'A Service as the target has no pods of its own that a budget could keep.',
    remedy: 'remove spec.primaryDisruptionBudget',
  },
  KnativeAutoscaler: { meaning: 'Knative scales by itself.', remedy: 'remove spec.autoscalerRef' },

  StrategyMissing: {
    meaning: 'The analysis does not say how traffic moves.',
    remedy: 'set one of stepWeight, stepWeights and iterations, or skipAnalysis',
  },
  StrategyAmbiguous: {
    meaning: 'The analysis says in more than one way how traffic moves.',
    remedy: 'keep only one of stepWeight, stepWeights and iterations',
  },
  StepsUnordered: {
    meaning: 'The listed weights do not rise from step to step within 1 to 100.',
    remedy: 'list strictly ascending weights from 1 to 100',
  },
  StepsNeverEnd: {
    meaning: 'The steps never reach the weight at which promotion starts.',
    remedy: 'choose steps above 0 and a maxWeight of at most 100',
  },

  MatchUnsupported: {
    meaning: 'The provider can not send chosen requests to the canary, so all users would get it.',
    remedy: 'remove spec.analysis.match, or choose a provider with A/B testing',
  },
  MatchInexpressible: {
    meaning: 'The Gateway API has no such condition.',
    remedy: 'match paths by exact, prefix or regex, methods by exact, headers and query parameters by exact or regex',
  },
  StringMatchInvalid: {
    meaning: 'A text is compared in more than one way, or in none.',
    remedy: 'give exactly one of exact, prefix, suffix and regex',
  },
  AffinityUnsupported: {
    meaning: 'The provider can not keep a user on one version.',
    remedy: 'remove spec.analysis.sessionAffinity, or choose a provider with session affinity',
  },
  AffinityCookiesEqual: {
    meaning: 'One cookie can not stand for both versions.',
    remedy: 'give cookieName and primaryCookieName different values',
  },

  HookUrlMissing: {
    meaning: 'Only a gate can do without somebody to call.',
    remedy: 'write the address to post to, or make it a gate by a type that begins with confirm-',
  },
  GateNameInvalid: {
    meaning: 'The state of a gate without an address is kept in an annotation, whose key holds the name of the gate.',
    remedy: 'use at most 63 letters, digits, dots, dashes and underscores, with a letter or digit at both ends',
  },
  HookUrlInvalid: { meaning: 'A webhook can not be called.', remedy: 'write an http:// or https:// address' },
  AlertProviderMissing: {
    meaning: 'An alert has no destination.',
    remedy: 'name an AlertProvider in providerRef',
  },
  CrossNamespaceRef: {
    meaning: 'The controller was told to keep references within a namespace.',
    remedy: 'move the object into the namespace of the Canary',
  },
  AddressMissing: {
    meaning: 'An AlertProvider has neither an address nor a Secret that holds one.',
    remedy: 'set spec.address or spec.secretRef',
  },
} as const satisfies Record<string, Entry>;

export type RefusalReason = keyof typeof entries;

/** Every reason for which an object is refused. Docs and tests are made from it; users meet the keys in conditions. */
export const refusalReasons: Readonly<Record<RefusalReason, Entry>> = entries;

/** Collects a refusal. `fault` completes the sentence that begins with the field; the remedy is the reason's own if absent. */
export type Refuse = (reason: RefusalReason, field: string, fault: string, remedy?: string) => void;

/** A refusal with its message: "<field> <fault>: <remedy>", without a full stop so that several can be joined. */
export function refusal(reason: RefusalReason, field: string, fault: string, remedy?: string): Refusal {
  return { reason, field, message: `${field || 'the object'} ${fault}: ${remedy ?? entries[reason].remedy}` };
}
