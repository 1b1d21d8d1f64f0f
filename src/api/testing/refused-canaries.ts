import type { ParseOptions } from '../parse-canary.ts';
import type { RefusalReason } from '../refusals.ts';
import { gatewayRefs, ingressRef, iterations, steps, target } from './canary-manifest.ts';

/** A Canary that can't work, and exactly what is said about it. */
export interface Row {
  readonly name: string;
  readonly spec: Record<string, unknown>;
  readonly options?: Partial<ParseOptions>;
  /** Exactly these refusals, in any order. */
  readonly refusals: readonly (readonly [reason: RefusalReason, field: string, snippet: string])[];
}

const knative = { apiVersion: 'serving.knative.dev/v1', kind: 'Service', name: 'podinfo' };
const header = (text: object) => ({ headers: { 'x-canary': text } });
const metric = { name: 'errors', interval: '1m' };
const hook = { name: 'load', url: 'http://loadtester.test/' };
const gateway = { provider: 'gatewayapi:v1', service: { port: 80, gatewayRefs } };

/** Every way that is known in which a Canary can be wrong. */
export const refusedCanaries: readonly Row[] = [
  // target
  {
    name: 'a target without a name',
    spec: { targetRef: { apiVersion: 'apps/v1', kind: 'Deployment' } },
    refusals: [['TargetRefIncomplete', 'spec.targetRef.name', 'is missing']],
  },
  {
    name: 'a target with an empty name',
    spec: { targetRef: { ...target, name: '' } },
    refusals: [['TargetRefIncomplete', 'spec.targetRef.name', 'is empty']],
  },
  {
    name: 'no target',
    spec: { targetRef: undefined },
    refusals: [['TargetRefIncomplete', 'spec.targetRef', 'is missing']],
  },
  {
    name: 'a target of an unknown kind',
    spec: { targetRef: { ...target, kind: 'CronJob' } },
    refusals: [['TargetKindUnknown', 'spec.targetRef.kind', 'is "CronJob": choose one of DaemonSet, Deployment']],
  },
  {
    name: 'a Deployment without a port',
    spec: { service: undefined },
    refusals: [['ServicePortMissing', 'spec.service.port', 'set spec.service.port']],
  },
  {
    name: 'a DaemonSet with port 0',
    spec: { targetRef: { ...target, kind: 'DaemonSet' }, service: { port: 0 } },
    refusals: [['ServicePortMissing', 'spec.service.port', 'is missing']],
  },
  {
    name: 'a port beyond 65535',
    spec: { service: { port: 70000 } },
    refusals: [['FieldOutOfRange', 'spec.service.port', 'choose 65535 or less']],
  },
  {
    name: 'a port as text, which is reported once',
    spec: { service: { port: '80' } },
    refusals: [['FieldMistyped', 'spec.service.port', 'is "80": write a number']],
  },
  {
    name: 'a container port that is neither number nor name',
    spec: { service: { port: 80, targetPort: 1.5 } },
    refusals: [['FieldMistyped', 'spec.service.targetPort', 'an integer or a string']],
  },
  {
    name: 'a Knative Service with another provider',
    spec: { targetRef: knative },
    refusals: [['KnativeProviderMismatch', 'spec.provider', "can't use istio provider with Knative Service as target"]],
  },
  {
    name: 'a Knative Service whose provider is only that of the controller',
    spec: { targetRef: knative, provider: undefined },
    options: { meshProvider: 'knative' },
    refusals: [['KnativeProviderMismatch', 'spec.provider', 'set spec.provider to knative']],
  },
  {
    name: 'the provider knative with a Deployment',
    spec: { provider: 'knative' },
    refusals: [
      [
        'KnativeProviderMismatch',
        'spec.targetRef',
        "can't use apps/v1/Deployment as target if provider is set to knative",
      ],
    ],
  },
  {
    name: 'a Knative Service with an autoscaler',
    spec: {
      targetRef: knative,
      provider: 'knative',
      autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' },
    },
    refusals: [['KnativeAutoscaler', 'spec.autoscalerRef', "can't use autoscaler with Knative Service"]],
  },
  {
    name: 'a Service whose apex has another name',
    spec: { targetRef: { apiVersion: 'v1', kind: 'Service', name: 'podinfo' }, service: { port: 80, name: 'shop' } },
    refusals: [['ServiceNameMismatch', 'spec.service.name', 'is "shop", and the target podinfo']],
  },
  {
    name: 'a Service with an autoscaler and a disruption budget',
    spec: {
      targetRef: { apiVersion: 'v1', kind: 'Service', name: 'podinfo' },
      autoscalerRef: { apiVersion: 'autoscaling/v2', kind: 'HorizontalPodAutoscaler', name: 'podinfo' },
      primaryDisruptionBudget: { minAvailable: 1 },
    },
    refusals: [
      ['BudgetWithoutPods', 'spec.primaryDisruptionBudget', 'remove spec.primaryDisruptionBudget'],
      ['ServiceAutoscaler', 'spec.autoscalerRef', 'remove spec.autoscalerRef'],
    ],
  },
  {
    name: 'a disruption budget that says two things',
    spec: { primaryDisruptionBudget: { minAvailable: 1, maxUnavailable: '25%' } },
    refusals: [['BudgetAmbiguous', 'spec.primaryDisruptionBudget', 'has both of its fields']],
  },
  {
    name: 'a disruption budget that says nothing',
    spec: { primaryDisruptionBudget: {} },
    refusals: [['BudgetAmbiguous', 'spec.primaryDisruptionBudget', 'has neither of its fields']],
  },
  {
    name: 'a disruption budget of more than all pods',
    spec: { primaryDisruptionBudget: { maxUnavailable: '125%' } },
    refusals: [
      ['FieldMalformed', 'spec.primaryDisruptionBudget.maxUnavailable', 'write a count or a share such as 25%'],
    ],
  },
  {
    name: 'an autoscaler of an unknown kind',
    spec: { autoscalerRef: { apiVersion: 'v1', kind: 'Autoscaler', name: 'a' } },
    refusals: [['ValueUnknown', 'spec.autoscalerRef.kind', 'HorizontalPodAutoscaler, ScaledObject']],
  },
  {
    name: 'a primary scaler that may go to zero',
    spec: {
      autoscalerRef: {
        apiVersion: 'autoscaling/v2',
        kind: 'HorizontalPodAutoscaler',
        name: 'a',
        primaryScalerReplicas: { minReplicas: 0 },
      },
    },
    refusals: [['FieldOutOfRange', 'spec.autoscalerRef.primaryScalerReplicas.minReplicas', 'at least 1']],
  },
  {
    name: 'a deadline before the beginning',
    spec: { progressDeadlineSeconds: -1 },
    refusals: [['FieldOutOfRange', 'spec.progressDeadlineSeconds', 'choose 0 or more']],
  },
  {
    name: 'a switch as text',
    spec: { suspend: 'yes' },
    refusals: [['FieldMistyped', 'spec.suspend', 'write a boolean']],
  },

  // provider
  {
    name: 'an unknown provider',
    spec: { provider: 'itsio' },
    refusals: [['ProviderUnknown', 'spec.provider', 'is "itsio", which is unknown: use one of apisix, appmesh, ']],
  },
  {
    name: 'an unknown provider of the controller',
    spec: { provider: undefined },
    options: { meshProvider: 'crossover' },
    refusals: [['ProviderUnknown', 'spec.provider', 'is "crossover"']],
  },
  {
    name: 'a Gateway API route without parents',
    spec: { provider: 'gatewayapi:v1' },
    refusals: [
      [
        'GatewayRefsMissing',
        'spec.service.gatewayRefs',
        'GatewayRefs must be specified when using Gateway API as a provider.',
      ],
    ],
  },
  {
    name: 'the short name of the Gateway API without parents',
    spec: { provider: 'gatewayapi' },
    refusals: [['GatewayRefsMissing', 'spec.service.gatewayRefs', 'name at least one Gateway']],
  },
  {
    name: 'a parent without a name, which is reported once',
    spec: { provider: 'gatewayapi:v1', service: { port: 80, gatewayRefs: [{ namespace: 'a' }] } },
    refusals: [['FieldMissing', 'spec.service.gatewayRefs[0].name', 'is missing']],
  },
  {
    name: 'a parent in a namespace that can not exist',
    spec: { provider: 'gatewayapi:v1', service: { port: 80, gatewayRefs: [{ name: 'a', namespace: 'No_Such' }] } },
    refusals: [['FieldMalformed', 'spec.service.gatewayRefs[0].namespace', 'is "No_Such"']],
  },
  {
    name: 'NGINX without an Ingress',
    spec: { provider: 'nginx' },
    refusals: [['IngressRefMissing', 'spec.ingressRef', 'ingress selector is empty']],
  },
  {
    name: 'Skipper with an Ingress without a name',
    spec: { provider: 'skipper', ingressRef: { ...ingressRef, name: '' } },
    refusals: [['IngressRefMissing', 'spec.ingressRef', 'ingress selector is empty']],
  },
  {
    name: 'APISIX without a route',
    spec: { provider: 'apisix' },
    refusals: [['RouteRefMissing', 'spec.routeRef', 'apisix route selector is empty']],
  },
  {
    name: 'App Mesh v1beta1 without a mesh',
    spec: { provider: 'appmesh:v1beta1' },
    refusals: [['MeshNameMissing', 'spec.service.meshName', 'mesh name cannot be empty']],
  },
  {
    name: 'Istio delegation with hosts',
    spec: { service: { port: 80, delegation: true, hosts: ['app.example.com'] } },
    refusals: [
      [
        'DelegationConflict',
        'spec.service.delegation',
        'VirtualService podinfo.test cannot have hosts and gateways when delegation enabled',
      ],
    ],
  },
  {
    name: 'Istio delegation with gateways',
    spec: { service: { name: 'web', port: 80, delegation: true, gateways: ['istio-system/public'] } },
    refusals: [['DelegationConflict', 'spec.service.delegation', 'VirtualService web.test']],
  },
  {
    name: 'a mirror without a destination',
    spec: { service: { port: 80, mirror: [{}] } },
    refusals: [['FieldMissing', 'spec.service.mirror[0].backendRef', 'is missing']],
  },
  {
    name: 'a CORS origin that is compared in no way',
    spec: { service: { port: 80, corsPolicy: { allowOrigins: [{}] } } },
    refusals: [['FieldMalformed', 'spec.service.corsPolicy.allowOrigins[0]', 'mixes alternatives or has none']],
  },
  {
    name: 'an HTTPRoute timeout that the Gateway API does not take',
    spec: { ...gateway, service: { ...gateway.service, timeout: '1.5s' } },
    refusals: [['DurationInvalid', 'spec.service.timeout', 'no HTTPRoute takes']],
  },

  // strategy
  {
    name: 'no strategy',
    spec: { analysis: { interval: '1m', threshold: 5 } },
    refusals: [['StrategyMissing', 'spec.analysis', 'sets none of iterations, stepWeight and stepWeights']],
  },
  {
    name: 'an empty analysis',
    spec: { analysis: {} },
    refusals: [['StrategyMissing', 'spec.analysis', 'or skipAnalysis']],
  },
  {
    name: 'steps and iterations at once',
    spec: { analysis: { ...steps, iterations: 10 } },
    refusals: [['StrategyAmbiguous', 'spec.analysis', 'sets iterations and stepWeight']],
  },
  {
    name: 'all three strategies at once',
    spec: { analysis: { ...steps, iterations: 10, stepWeights: [1, 2] } },
    refusals: [['StrategyAmbiguous', 'spec.analysis', 'iterations and stepWeight and stepWeights']],
  },
  {
    name: 'weights that fall',
    spec: { analysis: { interval: '1m', stepWeights: [1, 20, 10] } },
    refusals: [['StepsUnordered', 'spec.analysis.stepWeights[2]', 'is 10 after 20']],
  },
  {
    name: 'a weight that is given twice',
    spec: { analysis: { interval: '1m', stepWeights: [10, 10] } },
    refusals: [['StepsUnordered', 'spec.analysis.stepWeights[1]', 'is 10 after 10']],
  },
  {
    name: 'a weight of 0',
    spec: { analysis: { interval: '1m', stepWeights: [0, 10] } },
    refusals: [['StepsUnordered', 'spec.analysis.stepWeights[0]', 'is 0, outside 1 to 100']],
  },
  {
    name: 'a weight above 100 that is not the last',
    spec: { analysis: { interval: '1m', stepWeights: [150, 200] } },
    refusals: [['StepsUnordered', 'spec.analysis.stepWeights[0]', 'outside 1 to 100']],
  },
  {
    name: 'a fraction among the weights',
    spec: { analysis: { interval: '1m', stepWeights: [0.5, 10] } },
    refusals: [['NotAnInteger', 'spec.analysis.stepWeights[0]', 'is 0.5']],
  },
  {
    name: 'a weight as text, without complaint about a missing strategy',
    spec: { analysis: { interval: '1m', stepWeight: '10' } },
    refusals: [['FieldMistyped', 'spec.analysis.stepWeight', 'write a number']],
  },
  {
    name: 'no weights in the list',
    spec: { analysis: { interval: '1m', stepWeights: [] } },
    refusals: [['StepsNeverEnd', 'spec.analysis.stepWeights', 'is empty']],
  },
  {
    name: 'steps of 0',
    spec: { analysis: { interval: '1m', stepWeight: 0 } },
    refusals: [['StepsNeverEnd', 'spec.analysis.stepWeight', 'no step moves any traffic']],
  },
  {
    name: 'no iterations',
    spec: { analysis: { interval: '1m', iterations: 0 } },
    refusals: [['StepsNeverEnd', 'spec.analysis.iterations', 'is 0']],
  },
  {
    name: 'a weight to reach that is above 100',
    spec: { analysis: { ...steps, maxWeight: 101 } },
    refusals: [['StepsNeverEnd', 'spec.analysis.maxWeight', 'is 101']],
  },
  {
    name: 'a weight to reach below 0',
    spec: { analysis: { ...steps, maxWeight: -1 } },
    refusals: [['FieldOutOfRange', 'spec.analysis.maxWeight', 'choose 0 or more']],
  },
  {
    name: 'steps backwards',
    spec: { analysis: { ...steps, stepWeight: -10 } },
    refusals: [['FieldOutOfRange', 'spec.analysis.stepWeight', 'choose 0 or more']],
  },
  {
    name: 'half a check',
    spec: { analysis: { ...iterations, iterations: 2.5 } },
    refusals: [['NotAnInteger', 'spec.analysis.iterations', 'write a whole number']],
  },
  {
    name: 'a fraction as threshold',
    spec: { analysis: { ...steps, threshold: 1.5 } },
    refusals: [['NotAnInteger', 'spec.analysis.threshold', 'is 1.5']],
  },
  {
    name: 'more than all pods as threshold',
    spec: { analysis: { ...steps, canaryReadyThreshold: 101, mirrorWeight: 120 } },
    refusals: [
      ['FieldOutOfRange', 'spec.analysis.canaryReadyThreshold', 'choose 100 or less'],
      ['FieldOutOfRange', 'spec.analysis.mirrorWeight', 'choose 100 or less'],
    ],
  },
  {
    name: 'an interval that is none',
    spec: { analysis: { ...steps, interval: 'often' } },
    refusals: [['DurationInvalid', 'spec.analysis.interval', 'is "often"']],
  },
  {
    name: 'faults in the old analysis, under its own name',
    spec: { analysis: undefined, canaryAnalysis: { ...steps, maxWeight: 101, webhooks: [{ ...hook, url: 'x' }] } },
    refusals: [
      ['StepsNeverEnd', 'spec.canaryAnalysis.maxWeight', 'is 101'],
      ['HookUrlInvalid', 'spec.canaryAnalysis.webhooks[0].url', 'is "x"'],
    ],
  },

  // match, affinity
  {
    name: 'A/B testing with a provider that can not choose',
    spec: { provider: 'linkerd', analysis: { ...iterations, match: [header({ exact: 'yes' })] } },
    refusals: [['MatchUnsupported', 'spec.analysis.match', 'is not possible with the provider linkerd']],
  },
  {
    name: 'A/B testing over TCP',
    spec: { service: { port: 80, appProtocol: 'TCP' }, analysis: { ...iterations, match: [header({ exact: 'a' })] } },
    refusals: [['MatchUnsupported', 'spec.analysis.match', 'istio with appProtocol tcp']],
  },
  {
    name: 'an audience by weight with a provider that can not choose',
    spec: { provider: 'linkerd', analysis: { ...steps, match: [header({ exact: 'yes' })] } },
    refusals: [
      [
        'MatchUnsupported',
        'spec.analysis.match',
        'the provider linkerd: remove spec.analysis.match, or choose a provider with A/B testing',
      ],
    ],
  },
  {
    name: 'an audience by listed weights with Knative',
    spec: {
      targetRef: knative,
      provider: 'knative',
      analysis: { interval: '1m', stepWeights: [10, 50], match: [header({ exact: 'yes' })] },
    },
    refusals: [['MatchUnsupported', 'spec.analysis.match', 'is not possible with the provider knative']],
  },
  {
    name: 'an audience by weight over TCP, in the old analysis',
    spec: {
      service: { port: 80, appProtocol: 'tcp' },
      analysis: undefined,
      canaryAnalysis: { ...steps, match: [header({ exact: 'yes' })] },
    },
    refusals: [
      [
        'MatchUnsupported',
        'spec.canaryAnalysis.match',
        'appProtocol tcp: remove spec.canaryAnalysis.match, or set spec.service.appProtocol to http',
      ],
    ],
  },
  {
    name: 'session affinity with a provider that has none',
    spec: { provider: 'linkerd', analysis: { ...steps, sessionAffinity: { cookieName: 'a' } } },
    refusals: [['AffinityUnsupported', 'spec.analysis.sessionAffinity', 'the provider linkerd']],
  },
  {
    name: 'one cookie for both versions',
    spec: { analysis: { ...steps, sessionAffinity: { cookieName: 'a', primaryCookieName: 'a' } } },
    refusals: [
      [
        'AffinityCookiesEqual',
        'spec.analysis.sessionAffinity.primaryCookieName',
        "can't use the same cookie name for both primary and cookie name; please update them to be different",
      ],
    ],
  },
  {
    name: 'a cookie without a name that is already stale',
    spec: { analysis: { ...steps, sessionAffinity: { cookieName: '', maxAge: -1, sameSite: 'Some' } } },
    refusals: [['ValueUnknown', 'spec.analysis.sessionAffinity.sameSite', 'Strict, Lax, None']],
  },
  {
    name: 'a cookie without a name',
    spec: { analysis: { ...steps, sessionAffinity: { cookieName: '', maxAge: -1 } } },
    refusals: [
      ['FieldMissing', 'spec.analysis.sessionAffinity.cookieName', 'name the cookie'],
      ['FieldOutOfRange', 'spec.analysis.sessionAffinity.maxAge', 'choose 0 or more'],
    ],
  },
  {
    name: 'a header that is compared in two ways',
    spec: { analysis: { ...iterations, match: [header({ exact: 'a', regex: 'b' })] } },
    refusals: [['StringMatchInvalid', 'spec.analysis.match[0].headers["x-canary"]', 'sets exact and regex']],
  },
  {
    name: 'a header that is compared in no way',
    spec: { analysis: { ...iterations, match: [header({})] } },
    refusals: [['StringMatchInvalid', 'spec.analysis.match[0].headers["x-canary"]', 'sets none']],
  },
  {
    name: 'a path that is compared in two ways',
    spec: { service: { port: 80, match: [{ uri: { exact: '/a', prefix: '/b' } }] } },
    refusals: [['StringMatchInvalid', 'spec.service.match[0].uri', 'sets exact and prefix']],
  },
  {
    name: 'Gateway API: a path by suffix',
    spec: { ...gateway, service: { ...gateway.service, match: [{ uri: { suffix: '.html' } }] } },
    refusals: [
      [
        'MatchInexpressible',
        'spec.service.match[0].uri',
        "Invalid request matching selectors: Gateway API doesn't support the specified path matching selector",
      ],
    ],
  },
  {
    name: 'Gateway API: a method by prefix and a query parameter by prefix',
    spec: {
      ...gateway,
      service: { ...gateway.service, match: [{ method: { prefix: 'P' }, queryParams: { q: { prefix: 'a' } } }] },
    },
    refusals: [
      ['MatchInexpressible', 'spec.service.match[0].method', 'method matching selector'],
      ['MatchInexpressible', 'spec.service.match[0].queryParams["q"]', 'query matching selector'],
    ],
  },
  {
    name: 'Gateway API: an A/B header by prefix',
    spec: { ...gateway, analysis: { ...iterations, match: [header({ prefix: 'a' })] } },
    refusals: [
      [
        'MatchInexpressible',
        'spec.analysis.match[0].headers["x-canary"]',
        "doesn't support the specified header matching",
      ],
    ],
  },
  {
    name: 'Gateway API: an A/B test by source labels only',
    spec: { ...gateway, analysis: { ...iterations, match: [{ sourceLabels: { app: 'a' } }] } },
    refusals: [['MatchInexpressible', 'spec.analysis.match[0]', 'it chooses everybody']],
  },

  // metrics, hooks, alerts
  {
    name: 'a metric with a window that is none',
    spec: { analysis: { ...steps, metrics: [{ ...metric, interval: '1min' }] } },
    refusals: [['DurationInvalid', 'spec.analysis.metrics[0].interval', 'is "1min"']],
  },
  {
    name: 'a metric that can not be met',
    spec: { analysis: { ...steps, metrics: [{ ...metric, thresholdRange: { min: 2, max: 1 } }] } },
    refusals: [['FieldOutOfRange', 'spec.analysis.metrics[0].thresholdRange', 'swap the two']],
  },
  {
    name: 'a metric without a name',
    spec: { analysis: { ...steps, metrics: [metric, { interval: '1m' }] } },
    refusals: [['FieldMissing', 'spec.analysis.metrics[1].name', 'add it']],
  },
  {
    name: 'a template variable that YAML reads as a boolean',
    spec: { analysis: { ...steps, metrics: [{ ...metric, templateVariables: { on: true } }] } },
    refusals: [['FieldMistyped', 'spec.analysis.metrics[0].templateVariables.on', 'write a string']],
  },
  {
    name: 'a metric with a policy for no data that nobody knows',
    spec: { analysis: { ...steps, metrics: [{ ...metric, noData: 'ignore' }] } },
    refusals: [['ValueUnknown', 'spec.analysis.metrics[0].noData', 'choose one of fail, wait, pass, skip']],
  },
  {
    name: 'metrics with limits that are no counts',
    spec: {
      analysis: {
        ...steps,
        metrics: [
          { ...metric, failureLimit: -1, consecutiveFailureLimit: 1.5 },
          { ...metric, minSamples: -5, consecutiveErrorLimit: 'four' },
        ],
      },
    },
    refusals: [
      ['FieldOutOfRange', 'spec.analysis.metrics[0].failureLimit', 'choose a number of at least 0'],
      ['FieldMistyped', 'spec.analysis.metrics[0].consecutiveFailureLimit', 'write an integer'],
      ['FieldOutOfRange', 'spec.analysis.metrics[1].minSamples', 'choose a number of at least 0'],
      ['FieldMistyped', 'spec.analysis.metrics[1].consecutiveErrorLimit', 'write an integer'],
    ],
  },
  {
    name: 'flags of the analysis that are texts',
    spec: {
      analysis: {
        ...steps,
        measureAll: 'yes',
        failFast: 1,
        metrics: [{ ...metric, critical: 'no', dryRun: 'no' }],
      },
    },
    refusals: [
      ['FieldMistyped', 'spec.analysis.measureAll', 'write a boolean'],
      ['FieldMistyped', 'spec.analysis.failFast', 'write a boolean'],
      ['FieldMistyped', 'spec.analysis.metrics[0].critical', 'write a boolean'],
      ['FieldMistyped', 'spec.analysis.metrics[0].dryRun', 'write a boolean'],
    ],
  },
  {
    name: 'a webhook that is no web address',
    spec: { analysis: { ...steps, webhooks: [{ ...hook, url: 'ftp://files.test/' }] } },
    refusals: [['HookUrlInvalid', 'spec.analysis.webhooks[0].url', 'http:// or https://']],
  },
  {
    name: 'a webhook without an address that is no gate',
    spec: { analysis: { ...steps, webhooks: [{ name: 'load' }] } },
    refusals: [['HookUrlMissing', 'spec.analysis.webhooks[0].url', 'a rollout hook is no gate']],
  },
  {
    name: 'a gate whose name can not be part of an annotation',
    spec: { analysis: { ...steps, webhooks: [{ name: 'ask the boss', type: 'confirm-rollout' }] } },
    refusals: [['GateNameInvalid', 'spec.analysis.webhooks[0].name', 'is "ask the boss"']],
  },
  {
    name: 'a hook that expires and is no gate',
    spec: { analysis: { ...steps, webhooks: [{ ...hook, expiry: '1h' }] } },
    refusals: [['FieldMalformed', 'spec.analysis.webhooks[0].expiry', 'only gates expire']],
  },
  {
    name: 'a gate that expires at once',
    spec: { analysis: { ...steps, webhooks: [{ ...hook, type: 'confirm-rollout', expiry: '0s' }] } },
    refusals: [['DurationInvalid', 'spec.analysis.webhooks[0].expiry', 'is "0s"']],
  },
  {
    name: 'more iterations than a plan may have',
    spec: { analysis: { interval: '1m', threshold: 1, iterations: 10_001 } },
    refusals: [['FieldOutOfRange', 'spec.analysis.iterations', 'choose 10000 or less']],
  },
  {
    name: 'a webhook of an unknown type',
    spec: { analysis: { ...steps, webhooks: [{ ...hook, type: 'confirm-rollback' }] } },
    refusals: [['ValueUnknown', 'spec.analysis.webhooks[0].type', 'choose one of confirm-rollout, pre-rollout']],
  },
  {
    name: 'a webhook with a time limit that is none and negative retries',
    spec: { analysis: { ...steps, webhooks: [{ ...hook, timeout: '5sec', retries: -1 }] } },
    refusals: [
      ['DurationInvalid', 'spec.analysis.webhooks[0].timeout', 'is "5sec"'],
      ['FieldOutOfRange', 'spec.analysis.webhooks[0].retries', 'choose 0 or more'],
    ],
  },
  {
    name: 'a webhook that may take no time',
    spec: { analysis: { ...steps, webhooks: [{ ...hook, timeout: '0s' }] } },
    refusals: [['DurationInvalid', 'spec.analysis.webhooks[0].timeout', 'is "0s"']],
  },
  {
    name: 'an alert without a provider',
    spec: { analysis: { ...steps, alerts: [{ name: 'slack' }] } },
    refusals: [['AlertProviderMissing', 'spec.analysis.alerts[0].providerRef', 'name an AlertProvider']],
  },
  {
    name: 'an alert whose provider has no name',
    spec: { analysis: { ...steps, alerts: [{ name: 'slack', providerRef: { name: '' } }] } },
    refusals: [['AlertProviderMissing', 'spec.analysis.alerts[0].providerRef.name', 'is empty']],
  },
  {
    name: 'references to other namespaces when they are blocked',
    options: { noCrossNamespaceRefs: true },
    spec: {
      upstreamRef: { apiVersion: 'gloo.solo.io/v1', kind: 'Upstream', name: 'config', namespace: 'gloo-system' },
      analysis: {
        ...steps,
        metrics: [metric, { ...metric, templateRef: { name: 'latency', namespace: 'metrics' } }],
        alerts: [{ name: 'slack', providerRef: { name: 'on-call', namespace: 'alerts' } }],
      },
    },
    refusals: [
      [
        'CrossNamespaceRef',
        'spec.upstreamRef.namespace',
        "can't access gloo upstream config.gloo-system, cross-namespace references are blocked",
      ],
      [
        'CrossNamespaceRef',
        'spec.analysis.metrics[1].templateRef.namespace',
        "can't access metric template latency.metrics, cross-namespace references are blocked",
      ],
      [
        'CrossNamespaceRef',
        'spec.analysis.alerts[0].providerRef.namespace',
        "can't access alert provider on-call.alerts, cross-namespace references are blocked",
      ],
    ],
  },
  {
    name: 'many faults at once: all of them are found',
    spec: {
      provider: 'gatewayapi:v1',
      targetRef: { ...target, kind: 'Job' },
      service: { timeout: 'soon' },
      analysis: { ...steps, iterations: 1, interval: 'often', webhooks: [{ ...hook, url: '' }], alerts: [{}] },
    },
    refusals: [
      ['TargetKindUnknown', 'spec.targetRef.kind', 'is "Job"'],
      ['FieldMissing', 'spec.analysis.alerts[0].name', 'is missing'],
      ['AlertProviderMissing', 'spec.analysis.alerts[0].providerRef', 'is missing'],
      ['ServicePortMissing', 'spec.service.port', 'is missing'],
      ['DurationInvalid', 'spec.analysis.interval', 'is "often"'],
      ['HookUrlInvalid', 'spec.analysis.webhooks[0].url', 'is ""'],
      ['StrategyAmbiguous', 'spec.analysis', 'keep only one'],
      ['GatewayRefsMissing', 'spec.service.gatewayRefs', 'is empty'],
      ['DurationInvalid', 'spec.service.timeout', 'is "soon"'],
    ],
  },
];
