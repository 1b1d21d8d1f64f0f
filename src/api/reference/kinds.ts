import { AlertProviderSchema } from '../schema/alert-provider.ts';
import { CanarySchema } from '../schema/canary.ts';
import { MetricTemplateSchema } from '../schema/metric-template.ts';
import type { Exampled } from './example-manifest.ts';
import { alertProviderExamples, canaryExamples, metricTemplateExamples } from './examples.ts';

/** A kind with a page of its own. */
export interface Documented extends Exampled {
  readonly kind: string;
  /** Name of the page. */
  readonly file: string;
  /** What the kind is for, as Markdown. */
  readonly about: string;
}

const gatewayApi = '{provider: gatewayapi:v1, service: {gatewayRefs: [{name: public, namespace: gateways}]}}';
const noWeights = '{analysis: {stepWeight: null, maxWeight: null}}';

/** The kinds of `flagger.app/v1beta1`, in the order in which a newcomer meets them. */
export const documented: readonly Documented[] = [
  {
    kind: 'Canary',
    file: 'canary.md',
    about:
      'A Canary says which workload is released, how requests reach it, how traffic moves to a new version and what decides. ' +
      'It stands in the namespace of its target. A meaning that begins with names, such as Istio or Gateway API, holds for ' +
      'these providers alone.',
    schema: CanarySchema,
    examples: canaryExamples,
    base: `
apiVersion: flagger.app/v1beta1
kind: Canary
metadata:
  name: shop
  namespace: demo
spec:
  provider: istio
  targetRef:
    apiVersion: apps/v1
    kind: Deployment
    name: shop
  service:
    port: 80
  analysis:
    interval: 1m
    threshold: 5
    stepWeight: 10
    maxWeight: 50
`,
    surroundings: [
      [/^spec\.(?:provider$|service\.(?:gatewayRefs|mirror|backendTimeout|rewrite\.type))/, gatewayApi],
      [/^spec\.analysis\.webhooks\[\]\.(?!url)/, "{analysis: {webhooks: [{url: 'http://tester.tools/run'}]}}"],
      [/^spec\.analysis\.webhooks\[\]\.expiry/, '{analysis: {webhooks: [{type: confirm-promotion}]}}'],
      [/^spec\.ingressRef/, '{provider: nginx}'],
      [/^spec\.routeRef/, '{provider: apisix}'],
      [/^spec\.upstreamRef/, '{provider: gloo}'],
      [/^spec\.service\.(?:meshName|backends)/, '{provider: appmesh, service: {meshName: global}}'],
      [/^spec\.analysis\.(?:iterations|match|stepWeights$)/, noWeights],
      [/^spec\.analysis\.match/, '{analysis: {iterations: 10}}'],
      [/^spec\.service\.trafficPolicy\.loadBalancer\.(?:localityLbSetting|warmupDurationSecs)/, simpleLoadBalancer()],
      [
        /\.consistentHash\.minimumRingSize/,
        '{service: {trafficPolicy: {loadBalancer: {consistentHash: {useSourceIp: true}}}}}',
      ],
    ],
  },
  {
    kind: 'MetricTemplate',
    file: 'metric-template.md',
    about:
      'A MetricTemplate holds a query that Canaries use as a check: `metrics[].templateRef` in [Canary](canary.md) names it. ' +
      'In the query, `{{ name }}`, `{{ namespace }}`, `{{ target }}`, `{{ service }}`, `{{ ingress }}`, `{{ route }}`, ' +
      '`{{ interval }}` and `{{ variables.x }}` stand for those of the Canary.',
    schema: MetricTemplateSchema,
    examples: metricTemplateExamples,
    base: `
apiVersion: flagger.app/v1beta1
kind: MetricTemplate
metadata:
  name: errors
  namespace: demo
spec:
  provider:
    type: prometheus
    address: http://prometheus.monitoring:9090
  query: sum(rate(errors_total{app="{{ target }}"}[{{ interval }}]))
`,
  },
  {
    kind: 'AlertProvider',
    file: 'alert-provider.md',
    about:
      'An AlertProvider is a place where news of releases goes: `alerts[].providerRef` in [Canary](canary.md) names it.',
    schema: AlertProviderSchema,
    examples: alertProviderExamples,
    base: `
apiVersion: flagger.app/v1beta1
kind: AlertProvider
metadata:
  name: slack
  namespace: demo
spec:
  type: slack
  address: https://hooks.slack.com/services/T0/B0/secret
`,
    surroundings: [[/^spec\.secretRef/, '{address: null}']],
  },
];

function simpleLoadBalancer(): string {
  return '{service: {trafficPolicy: {loadBalancer: {simple: LEAST_REQUEST}}}}';
}
