import type { KubeObject } from '../kube/object.ts';
import { type InstallOptions, labelsOf, namesOf, replicasOf, selectorOf } from './options.ts';

/** The Service under which metrics are scraped. */
export function metricsService(options: InstallOptions): KubeObject {
  return {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: named(options),
    spec: {
      type: 'ClusterIP',
      selector: selectorOf(options),
      ports: [{ name: 'http', port: 8080, targetPort: 'http', protocol: 'TCP' }],
    },
  };
}

/** Keeps a replica while nodes are drained. A single replica has none: it would hold up every drain. */
export function disruptionBudget(options: InstallOptions): KubeObject[] {
  const { enabled, minAvailable } = options.values.podDisruptionBudget;
  if (!enabled || replicasOf(options) < 2) return [];
  return [
    {
      apiVersion: 'policy/v1',
      kind: 'PodDisruptionBudget',
      metadata: named(options),
      spec: { minAvailable, selector: { matchLabels: selectorOf(options) } },
    },
  ];
}

/**
 * Lets nothing in but requests to the port of metrics and probes. What goes out isn't limited: the API server, metrics and
 * webhooks can be anywhere.
 */
export function networkPolicy(options: InstallOptions): KubeObject[] {
  const { enabled, from } = options.values.networkPolicy;
  if (!enabled) return [];
  const ingress = [{ ports: [{ port: 'http', protocol: 'TCP' }], ...(from && from.length > 0 ? { from } : {}) }];
  return [
    {
      apiVersion: 'networking.k8s.io/v1',
      kind: 'NetworkPolicy',
      metadata: named(options),
      spec: { podSelector: { matchLabels: selectorOf(options) }, policyTypes: ['Ingress'], ingress },
    },
  ];
}

/**
 * What tells the Prometheus operator to scrape the Service, or the pods. It looks into the monitor's own namespace unless
 * another one is named.
 */
export function monitors(options: InstallOptions): KubeObject[] {
  const { serviceMonitor, podMonitor } = options.values;
  const apiVersion = 'monitoring.coreos.com/v1';
  const specIn = (namespace: string) => ({
    ...(namespace && namespace !== options.namespace ? { namespaceSelector: { matchNames: [options.namespace] } } : {}),
    selector: { matchLabels: selectorOf(options) },
  });
  const monitor = (kind: string, { namespace, labels }: { namespace: string; labels: object | null }) => ({
    apiVersion,
    kind,
    metadata: {
      ...named(options),
      ...(namespace ? { namespace } : {}),
      labels: { ...named(options).labels, ...labels },
    },
  });
  const endpoint = ({ honorLabels, interval }: { honorLabels: boolean; interval: string }) => ({
    port: 'http',
    path: '/metrics',
    honorLabels,
    ...(interval ? { interval } : {}),
  });
  return [
    ...(serviceMonitor.enabled
      ? [
          {
            ...monitor('ServiceMonitor', serviceMonitor),
            spec: { ...specIn(serviceMonitor.namespace), endpoints: [endpoint(serviceMonitor)] },
          },
        ]
      : []),
    ...(podMonitor.enabled
      ? [
          {
            ...monitor('PodMonitor', { namespace: podMonitor.namespace, labels: podMonitor.additionalLabels }),
            spec: { ...specIn(podMonitor.namespace), podMetricsEndpoints: [endpoint(podMonitor)] },
          },
        ]
      : []),
  ];
}

function named(options: InstallOptions) {
  return { name: namesOf(options).prefix, namespace: options.namespace, labels: labelsOf(options) };
}
