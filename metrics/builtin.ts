import type { QueryModel } from './contract.ts';
import type { Family } from './family.ts';

export const builtinMetrics = ['request-success-rate', 'request-duration'] as const;
export type BuiltinMetric = (typeof builtinMetrics)[number];

export function isBuiltinMetric(name: string): name is BuiltinMetric {
  return builtinMetrics.some((builtin) => builtin === name);
}

export interface BuiltinQuery {
  readonly query: string;
  /** Times the measured number gives percent or milliseconds. */
  readonly factor: number;
}

/** How a family counts and times requests. Matchers are PromQL; each stands once here and is put into every query. */
interface Observer {
  /** Counter of requests. */
  readonly counter: string;
  /** Matchers that select the canary's requests. */
  readonly where: readonly string[];
  /** Matcher of requests that didn't fail. */
  readonly good: string;
  /** Matchers behind it, for the counter only. */
  readonly after?: readonly string[];
  readonly latency: Latency;
}

type Latency =
  | {
      readonly kind: 'p99';
      readonly buckets: string;
      readonly where: readonly string[];
      /** The buckets are in seconds: either the query or the reader turns them into milliseconds. */
      readonly seconds?: 'inQuery' | 'inReader';
    }
  | { readonly kind: 'mean'; readonly seconds: string; readonly where: readonly string[] };

const NO_5XX = { code: 'code!~"5.."', status: 'status!~"5.*"', response: 'response_code!~"5.*"' };
const POD_SUFFIX = '[0-9a-zA-Z]+(-[0-9a-zA-Z]+)';

/** Envoy's own counters, selected in one way or another. The empty matcher at the end is the reference's spelling. */
function envoy(...where: readonly string[]): Observer {
  return {
    counter: 'envoy_cluster_upstream_rq',
    where,
    good: 'envoy_response_code!~"5.*"',
    latency: { kind: 'p99', buckets: 'envoy_cluster_upstream_rq_time_bucket', where },
  };
}

const observers: Readonly<Record<Family, (model: QueryModel) => Observer>> = {
  istio({ namespace, target }) {
    const where = [
      'reporter="destination"',
      `destination_workload_namespace="${namespace}"`,
      `destination_workload=~"${target}"`,
    ];
    const latency = { kind: 'p99', buckets: 'istio_request_duration_milliseconds_bucket', where } as const;
    return { counter: 'istio_requests_total', where, good: NO_5XX.response, latency };
  },
  http({ namespace, target }) {
    const where = [`kubernetes_namespace="${namespace}"`, `kubernetes_pod_name=~"${target}-${POD_SUFFIX}"`];
    const buckets = 'http_request_duration_seconds_bucket';
    const latency = { kind: 'p99', buckets, where, seconds: 'inReader' } as const;
    return { counter: 'http_request_duration_seconds_count', where, good: NO_5XX.status, latency };
  },
  nginx({ namespace, ingress }) {
    const where = [`namespace="${namespace}"`, `ingress="${ingress}"`, 'canary!=""'];
    const latency = { kind: 'mean', seconds: 'nginx_ingress_controller_response_duration_seconds', where } as const;
    return { counter: 'nginx_ingress_controller_requests', where, good: NO_5XX.status, latency };
  },
  linkerd({ namespace, target }) {
    const where = [`namespace="${namespace}"`, `deployment=~"${target}"`];
    const after = ['direction="inbound"'];
    const latency = { kind: 'p99', buckets: 'response_latency_ms_bucket', where: [...where, ...after] } as const;
    return { counter: 'response_total', where, good: 'classification!="failure"', after, latency };
  },
  osm({ namespace, target }) {
    const where = [
      `destination_namespace="${namespace}"`,
      'destination_kind="Deployment"',
      `destination_name="${target}"`,
    ];
    const latency = { kind: 'p99', buckets: 'osm_request_duration_ms_bucket', where } as const;
    return { counter: 'osm_request_total', where, good: NO_5XX.response, latency };
  },
  skipper(model) {
    const [namespace, ingress, service] = [model.namespace, model.ingress, model.service].map(toSkipperId);
    const where = [`route=~"kube(ew)?_${namespace}__${ingress}_canary__.*__${service}_canary(_[0-9]+)?"`];
    const latency = { kind: 'mean', seconds: 'skipper_serve_route_duration_seconds', where } as const;
    const counter = 'skipper_response_duration_seconds_bucket';
    return { counter, where, good: NO_5XX.code, after: ['le="+Inf"'], latency };
  },
  traefik({ namespace, target }) {
    const where = [`service=~"${namespace}-${target}-canary-[0-9a-zA-Z-]+@kubernetescrd"`];
    const counter = 'traefik_service_request_duration_seconds_bucket';
    const latency = { kind: 'p99', buckets: counter, where, seconds: 'inQuery' } as const;
    return { counter, where, good: NO_5XX.code, after: ['le="+Inf"'], latency };
  },
  apisix({ namespace, route, target }) {
    const where = [`route=~"${namespace}_${route}-${target}-canary_.+"`];
    const buckets = 'apisix_http_latency_bucket';
    const latency = { kind: 'p99', buckets, where: ['type=~"request"', ...where] } as const;
    return { counter: 'apisix_http_status', where, good: NO_5XX.code, latency };
  },
  appmesh: ({ namespace, target }) =>
    envoy(`kubernetes_namespace="${namespace}"`, `kubernetes_pod_name=~"${target}-${POD_SUFFIX}"`),
  contour: ({ namespace, service }) => envoy(`envoy_cluster_name=~"${namespace}_${service}-canary_[0-9a-zA-Z-]+"`, ''),
  gloo: ({ namespace, target }) =>
    envoy(`envoy_cluster_name=~"${namespace}-${target}-canaryupstream-[0-9a-zA-Z-]+_[0-9a-zA-Z-]+"`, ''),
  knative: ({ namespace, route }) => envoy(`envoy_cluster_name=~"${namespace}/${route}"`, ''),
  kuma: ({ namespace, target }) => envoy(`service=~"${target}-canary_${namespace}_svc_[0-9a-zA-Z-]+"`, ''),
};

/** The query of a built-in check, over the window `model.interval`. */
export function builtinQuery(family: Family, metric: BuiltinMetric, model: QueryModel): BuiltinQuery {
  const observer = observers[family](model);
  if (metric === 'request-success-rate') return { query: successRate(observer, model.interval), factor: 1 };
  const factor = observer.latency.kind === 'p99' && observer.latency.seconds === 'inReader' ? 1000 : 1;
  return { query: duration(observer.latency, model.interval), factor };
}

/** How many requests the built-in checks rest on, over the window `model.interval`. */
export function requestsQuery(family: Family, model: QueryModel): string {
  const { counter, where, after = [] } = observers[family](model);
  const named = [...where, ...after].filter((matcher) => matcher !== '');
  return `sum(increase(${counter}{${named.join(', ')}}[${model.interval}]))`;
}

function successRate({ counter, where, good, after = [] }: Observer, window: string): string {
  const named = where.filter((matcher) => matcher !== '');
  const passed = rate(counter, [...named, good, ...after], window);
  return `sum(${passed}) / sum(${rate(counter, [...where, ...after], window)}) * 100`;
}

function duration(latency: Latency, window: string): string {
  const { where } = latency;
  if (latency.kind === 'mean') {
    const [sum, count] = ['sum', 'count'].map((part) => rate(`${latency.seconds}_${part}`, where, window));
    return `sum(${sum}) / sum(${count}) * 1000`;
  }
  const p99 = `histogram_quantile(0.99, sum(${rate(latency.buckets, where, window)}) by (le))`;
  return latency.seconds === 'inQuery' ? `${p99} * 1000` : p99;
}

function rate(series: string, matchers: readonly string[], window: string): string {
  return `rate(${series}{${matchers.join(', ')}}[${window}])`;
}

/** Skipper's route ids know no other characters. */
function toSkipperId(name: string): string {
  return name.replace(/[^0-9A-Za-z_]/g, '_');
}
