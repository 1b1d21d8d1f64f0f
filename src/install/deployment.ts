import { createHash } from 'node:crypto';
import type { KubeObject } from '../kube/object.ts';
import { controllerArgs, controllerEnv } from './controller-args.ts';
import { type InstallOptions, labelsOf, namesOf, replicasOf, selectorOf } from './options.ts';
import { fillTemplates } from './value-templates.ts';
import { confined, USER } from './values.ts';

const HTTP = { name: 'http', containerPort: 8080, protocol: 'TCP' };

/** Liveness and readiness alike: a replica that waits for the leadership is a healthy one. */
const probe = { httpGet: { path: '/healthz', port: 'http' }, timeoutSeconds: 5 };

/** The controller. Several replicas only with an election; without one the old pod goes before the new one comes. */
export function deployment(options: InstallOptions): KubeObject {
  const { namespace, values } = options;
  return {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: {
      name: namesOf(options).prefix,
      namespace,
      labels: { ...labelsOf(options), ...values.deploymentLabels },
      ...unlessEmpty({ annotations: values.annotations ?? {} }),
    },
    spec: {
      replicas: replicasOf(options),
      strategy: values.leaderElection.enabled
        ? { type: 'RollingUpdate', rollingUpdate: { maxUnavailable: 0, maxSurge: 1 } }
        : { type: 'Recreate' },
      selector: { matchLabels: selectorOf(options) },
      template: {
        metadata: {
          labels: { ...values.podLabels, ...labelsOf(options) },
          ...unlessEmpty({ annotations: { ...values.podAnnotations, ...alertsMark(options) } }),
        },
        spec: podSpec(options),
      },
    },
  };
}

function podSpec(options: InstallOptions) {
  const { values } = options;
  const { image, securityContext } = values;
  return {
    serviceAccountName: namesOf(options).account,
    automountServiceAccountToken: true,
    enableServiceLinks: false,
    ...unlessEmpty({ priorityClassName: values.podPriorityClassName }),
    ...(image.pullSecret ? { imagePullSecrets: [{ name: image.pullSecret }] } : {}),
    securityContext: {
      runAsNonRoot: true,
      // Switched off, the cluster chooses the user
      ...(securityContext.enabled ? { runAsUser: USER, runAsGroup: USER, fsGroup: USER } : {}),
      seccompProfile: { type: 'RuntimeDefault' },
    },
    containers: [container(options)],
    volumes: [{ name: 'tmp', emptyDir: {} }, ...(values.additionalVolumes ?? [])],
    affinity: isEmpty(values.affinity) ? apart(options) : fillTemplates(values.affinity, templateNames(options)),
    topologySpreadConstraints: isEmpty(values.topologySpreadConstraints)
      ? spread(options)
      : values.topologySpreadConstraints,
    ...unlessEmpty({ nodeSelector: values.nodeSelector, tolerations: values.tolerations }),
  };
}

function container(options: InstallOptions) {
  const { values } = options;
  const alerts = namesOf(options).alerts;
  const secrets = [
    ...(isEmpty(alertSettings(options)) ? [] : [alerts]),
    ...(values.alertsSecret ? [values.alertsSecret] : []),
  ];
  return {
    name: 'sluice',
    image: imageOf(options),
    imagePullPolicy: values.image.pullPolicy,
    args: controllerArgs(options),
    ports: [HTTP],
    livenessProbe: probe,
    readinessProbe: probe,
    ...unlessEmpty({ env: controllerEnv(options), envFrom: secrets.map((name) => ({ secretRef: { name } })) }),
    securityContext: values.securityContext.enabled ? (values.securityContext.context ?? {}) : confined,
    resources: values.resources ?? {},
    volumeMounts: [{ name: 'tmp', mountPath: '/tmp' }, ...(values.additionalVolumeMounts ?? [])],
  };
}

function imageOf({ version, values: { image } }: InstallOptions): string {
  return `${image.repository}:${image.tag || version}${image.digest ? `@${image.digest}` : ''}`;
}

function templateNames(options: InstallOptions) {
  return { chart: namesOf(options).chart, release: options.name, namespace: options.namespace };
}

/** Replicas on different nodes, where that is possible. */
function apart(options: InstallOptions) {
  const podAffinityTerm = {
    labelSelector: { matchLabels: selectorOf(options) },
    topologyKey: 'kubernetes.io/hostname',
  };
  return { podAntiAffinity: { preferredDuringSchedulingIgnoredDuringExecution: [{ weight: 100, podAffinityTerm }] } };
}

/** … and in different zones. */
function spread(options: InstallOptions) {
  const labelSelector = { matchLabels: selectorOf(options) };
  const topologyKey = 'topology.kubernetes.io/zone';
  return [{ maxSkew: 1, topologyKey, whenUnsatisfiable: 'ScheduleAnyway', labelSelector }];
}

/** Addresses that hold a secret, under the names of the environment variables that the controller reads. */
export function alertSettings({ values }: InstallOptions): Readonly<Record<string, string>> {
  const { slack, msteams, eventWebhook } = values;
  return unlessEmpty({
    EVENT_WEBHOOK_URL: eventWebhook,
    MSTEAMS_PROXY_URL: msteams.proxyUrl,
    MSTEAMS_URL: msteams.url,
    SLACK_PROXY_URL: slack.proxyUrl || slack.proxy,
    SLACK_URL: slack.url,
  }) as Record<string, string>;
}

/** Pods start anew when the addresses change, because an environment is read once. */
function alertsMark(options: InstallOptions): Readonly<Record<string, string>> {
  const settings = Object.entries(alertSettings(options));
  if (settings.length === 0) return {};
  const text = settings.map(([name, value]) => `${name}=${value}\n`).join('');
  return { 'checksum/alerts': createHash('sha256').update(text).digest('hex') };
}

function isEmpty(value: unknown): boolean {
  return value === undefined || value === null || value === '' || Object.keys(value).length === 0;
}

/** The fields that hold something. */
function unlessEmpty(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => !isEmpty(value)));
}
