import { Compile } from 'typebox/compile';
import { nearest } from '../nearest.ts';
import { providerNames } from './provider-names.ts';
import { type GivenValues, ValuesSchema } from './values-schema.ts';

type Filled<T> = T extends readonly unknown[]
  ? T
  : T extends object
    ? string extends keyof T
      ? T
      : { readonly [Key in keyof T]-?: Filled<Exclude<T[Key], undefined | null>> }
    : T;

/** What a container may not do on any cluster: the controller needs nothing but a place for temporary files. */
export const confined = {
  allowPrivilegeEscalation: false,
  capabilities: { drop: ['ALL'] },
  readOnlyRootFilesystem: true,
  runAsNonRoot: true,
} as const;

/** The user of the image. */
export const USER = 10001;

/** Values with every default filled in. */
export type Values = Filled<GivenValues>;

/** What an installation is when nothing is said. `values.yaml` of the chart says the same, with comments. */
export function defaultValues(): Values {
  return {
    image: { repository: 'sluice', tag: '', digest: '', pullPolicy: 'IfNotPresent', pullSecret: '' },
    logLevel: 'info',
    metricsServer: 'http://prometheus:9090',
    meshProvider: '',
    additionalMeshProviders: [],
    namespace: '',
    selectorLabels: '',
    includeLabelPrefix: '',
    configTracking: { enabled: true },
    ingressAnnotationsPrefix: '',
    ingressClass: '',
    noCrossNamespaceRefs: false,
    clusterName: '',
    eventWebhook: '',
    slack: { user: 'flagger', channel: '', url: '', proxyUrl: '', proxy: '', clusterName: '' },
    msteams: { url: '', proxyUrl: '' },
    alertsSecret: '',
    env: [],
    leaderElection: { enabled: true, replicaCount: 2 },
    threadiness: '',
    kubeconfigQPS: '',
    kubeconfigBurst: '',
    serviceMonitor: { enabled: false, honorLabels: false, namespace: '', labels: {}, interval: '' },
    podMonitor: { enabled: false, honorLabels: false, namespace: '', additionalLabels: {}, interval: '' },
    podDisruptionBudget: { enabled: true, minAvailable: 1 },
    networkPolicy: { enabled: true, from: [] },
    serviceAccount: { create: true, name: '', annotations: {} },
    rbac: { create: true, autoscalers: ['hpa', 'keda'], disruptionBudgets: true, failFast: true, pspEnabled: false },
    crd: { create: true },
    nameOverride: '',
    fullnameOverride: '',
    annotations: {},
    deploymentLabels: {},
    podLabels: {},
    podAnnotations: { 'prometheus.io/scrape': 'true', 'prometheus.io/port': '8080' },
    resources: { limits: { memory: '512Mi', cpu: '1000m' }, requests: { memory: '128Mi', cpu: '10m' } },
    nodeSelector: {},
    tolerations: [],
    affinity: {},
    topologySpreadConstraints: [],
    securityContext: { enabled: true, context: { ...confined, runAsUser: USER } },
    podPriorityClassName: '',
    additionalVolumes: [],
    additionalVolumeMounts: [],
    controlplane: { kubeconfig: { secretName: '', key: '' } },
    prometheus: { install: false },
    linkerdAuthPolicy: { create: false },
    extraDeploy: [],
    enabled: true,
    global: {},
  };
}

/** Values that may be used, or sentences that say what is wrong with them. */
export type ReadValues =
  | { readonly ok: true; readonly values: Values }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Lays given values over the defaults, as Helm does: maps are merged, everything else is replaced, null removes. */
export function readValues(...given: readonly unknown[]): ReadValues {
  const validator = Compile(ValuesSchema);
  const problems = given.flatMap((each) => {
    const value = each ?? {};
    return validator.Check(value)
      ? []
      : (unknownNames(value, ValuesSchema, '') ?? [...validator.Errors(value)].map((error) => inWords(error, value)));
  });
  if (problems.length > 0) return { ok: false, problems: [...new Set(problems)] };
  return {
    ok: true,
    values: given.reduce<unknown>((below, above) => merge(below, above, ValuesSchema), defaultValues()) as Values,
  };
}

interface Fault {
  readonly keyword: string;
  readonly instancePath: string;
  readonly message: string;
}

function inWords(error: Fault, values: unknown): string {
  const steps = error.instancePath.split('/').slice(1);
  const path = steps.join('.');
  // It is the names of providers alone that have to be of some form
  if (error.keyword === 'pattern') {
    const name = steps.reduce<unknown>((inner, step) => (inner as Readonly<Record<string, unknown>>)[step], values);
    return `${steps[0]} ${name} is not supported; use one of ${providerNames.join(', ')}`;
  }
  return `${path === '' ? 'the values' : path} ${error.message}`;
}

/** The names that the schema doesn't know, each with the one that was probably meant; `undefined` when there are none. */
function unknownNames(value: unknown, schema: unknown, path: string): readonly string[] | undefined {
  const properties = propertiesOf(schema);
  const { additionalProperties } = (schema ?? {}) as { additionalProperties?: unknown };
  if (!isMap(value) || !properties) return undefined;
  const known = Object.keys(properties);
  const found = Object.entries(value).flatMap(([name, inner]) => {
    const place = path === '' ? name : `${path}.${name}`;
    if (known.includes(name)) return unknownNames(inner, properties[name], place) ?? [];
    if (additionalProperties !== false) return [];
    const meant = nearest(name, known);
    return [`${place} is no value of this installation${meant ? `; did you mean ${meant}?` : ''}`];
  });
  return found.length > 0 ? found : undefined;
}

function merge(below: unknown, above: unknown, schema: unknown): unknown {
  if (!isMap(above)) return above === undefined ? below : above;
  // The schema lets an empty map stand for an empty list
  if (!isMap(below)) return Array.isArray(below) && Object.keys(above).length === 0 ? [] : above;
  const known = propertiesOf(schema);
  const merged: Record<string, unknown> = { ...below };
  for (const [name, value] of Object.entries(above)) {
    if (value !== null) merged[name] = merge(below[name], value, known?.[name]);
    // Within an object of Kubernetes null removes the field; a value of ours is then what an empty one means
    else if (known) merged[name] = emptyLike(below[name]);
    else delete merged[name];
  }
  return merged;
}

function emptyLike(value: unknown): unknown {
  if (Array.isArray(value)) return [];
  return isMap(value) ? {} : '';
}

function propertiesOf(schema: unknown): Readonly<Record<string, unknown>> | undefined {
  const { properties } = (schema ?? {}) as { properties?: Readonly<Record<string, unknown>> };
  return properties;
}

function isMap(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
