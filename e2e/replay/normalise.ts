type Json = Record<string, unknown>;

/** Values that the API server fills in; left out when equal, so that objects read like manifests. */
const podDefaults: Json = {
  dnsPolicy: 'ClusterFirst',
  restartPolicy: 'Always',
  schedulerName: 'default-scheduler',
  securityContext: {},
  terminationGracePeriodSeconds: 30,
};
const containerDefaults: Json = {
  terminationMessagePath: '/dev/termination-log',
  terminationMessagePolicy: 'File',
  imagePullPolicy: 'IfNotPresent',
  resources: {},
};
const specDefaults: Readonly<Record<string, Json>> = {
  Deployment: {
    progressDeadlineSeconds: 600,
    revisionHistoryLimit: 10,
    strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: '25%', maxUnavailable: '25%' } },
  },
  DaemonSet: {
    revisionHistoryLimit: 10,
    updateStrategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 0, maxUnavailable: 1 } },
  },
  Service: {
    ipFamilies: ['IPv4'],
    ipFamilyPolicy: 'SingleStack',
    internalTrafficPolicy: 'Cluster',
    sessionAffinity: 'None',
  },
};
/** Counted by the API server. */
const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';
const metadataFields = [
  'uid',
  'resourceVersion',
  'creationTimestamp',
  'managedFields',
  'generation',
  'deletionGracePeriodSeconds',
];

function strip(target: Json, defaults: Json): void {
  for (const [field, value] of Object.entries(defaults)) {
    if (JSON.stringify(sorted(target[field])) === JSON.stringify(sorted(value))) delete target[field];
  }
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(entries.map(([key, field]) => [key, sorted(field)]));
}

/** An object without what the server or the moment added to it. */
export function clean(source: unknown): Json {
  const object = structuredClone(source) as Json;
  const metadata = object['metadata'] as Json;
  for (const field of metadataFields) delete metadata[field];
  if (metadata['deletionTimestamp']) {
    delete metadata['deletionTimestamp'];
    metadata['deleting'] = true;
  }
  for (const owner of (metadata['ownerReferences'] ?? []) as Json[]) delete owner['uid'];
  delete (metadata['annotations'] as Json | undefined)?.[TEMPLATE_GENERATION];
  for (const field of ['annotations', 'labels']) {
    if (Object.keys((metadata[field] ?? {}) as Json).length === 0) delete metadata[field];
  }
  const spec = (object['spec'] ?? {}) as Json;
  const kind = String(object['kind']);
  strip(spec, specDefaults[kind] ?? {});
  if (kind === 'Service') cleanService(spec);
  if (kind === 'Deployment' || kind === 'DaemonSet') cleanTemplate(spec);
  delete object['status'];
  return object;
}

function cleanService(spec: Json): void {
  if (spec['clusterIP'] !== 'None') delete spec['clusterIP'];
  delete spec['clusterIPs'];
  const ports = (spec['ports'] ?? []) as Json[];
  for (const port of ports) delete port['nodePort'];
  const rest = ports.slice(1).sort((a, b) => Number(a['port']) - Number(b['port']));
  if (ports.length > 0) spec['ports'] = [...ports.slice(0, 1), ...rest];
  else delete spec['ports'];
}

function cleanTemplate(spec: Json): void {
  const template = spec['template'] as Json;
  const pod = template['spec'] as Json;
  strip(pod, podDefaults);
  for (const list of ['containers', 'initContainers']) {
    for (const container of (pod[list] ?? []) as Json[]) strip(container, containerDefaults);
  }
  delete (template['metadata'] as Json | undefined)?.['creationTimestamp'];
}

const publicStatus = [
  'phase',
  'canaryWeight',
  'failedChecks',
  'iterations',
  'lastAppliedSpec',
  'lastPromotedSpec',
  'trackedConfigs',
  'conditions',
  'sessionAffinityCookie',
  'previousSessionAffinityCookie',
  'primarySessionAffinityCookie',
];

/** The part of a status that the reference knows. */
export function cleanStatus(source: Json): Json {
  const kept = publicStatus.filter((field) => source[field] !== undefined).map((field) => [field, source[field]]);
  const status = structuredClone(Object.fromEntries(kept)) as Json;
  const conditions = ((status['conditions'] ?? []) as Json[]).filter((condition) => condition['type'] === 'Promoted');
  for (const condition of conditions) {
    delete condition['lastTransitionTime'];
    delete condition['lastUpdateTime'];
  }
  if (status['conditions']) status['conditions'] = conditions;
  return status;
}

/** Gives random values stable names, in order of first appearance. */
export class Names {
  readonly #seen = new Map<string, Map<string, string>>();
  readonly #replacements: readonly (readonly [string, string])[];
  readonly #cookies: readonly string[];

  /** `cookies`: names of session cookies, whose values are random. */
  constructor(replacements: readonly (readonly [string, string])[], cookies: readonly string[] = []) {
    this.#replacements = replacements;
    this.#cookies = cookies;
  }

  walk(value: unknown, key = ''): unknown {
    if (Array.isArray(value)) return value.map((item) => this.walk(item));
    if (typeof value === 'object' && value !== null) {
      const isSecret = (value as Json)['kind'] === 'Secret';
      const entries = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
      return Object.fromEntries(
        entries.map(([name, field]) => {
          return [this.text(name), isSecret && name === 'data' ? this.#secret(field as Json) : this.walk(field, name)];
        }),
      );
    }
    if (typeof value !== 'string') return value;
    if ((key === 'lastAppliedSpec' || key === 'lastPromotedSpec') && value) return this.#name('revision', value);
    if (key === 'checksum' && value) return this.#name('checksum', value);
    if (key === 'flagger-id') return this.#name('id', value);
    return this.text(value);
  }

  /** Values of a Secret that hold an address of the mock. */
  #secret(data: Json): Json {
    const renamed = Object.entries(data).map(([key, value]) => {
      const text = this.text(Buffer.from(String(value), 'base64').toString('utf8'));
      return [key, Buffer.from(text).toString('base64')];
    });
    return Object.fromEntries(renamed);
  }

  text(value: string): string {
    const renamed = this.#replacements.reduce((text, [from, to]) => text.replaceAll(from, to), value);
    return this.#cookies.reduce((text, cookie) => {
      const pattern = new RegExp(`(?<![A-Za-z0-9_-])(${cookie}(?:=|\\.\\*))([A-Za-z]{10})(?![A-Za-z0-9])`, 'g');
      return text.replace(pattern, (_, before: string, letters: string) => before + this.#name('cookie', letters));
    }, renamed);
  }

  #name(group: string, value: string): string {
    const table = this.#seen.get(group) ?? new Map<string, string>();
    this.#seen.set(group, table);
    const name = table.get(value) ?? `${group}-${table.size + 1}`;
    table.set(value, name);
    return name;
  }
}
