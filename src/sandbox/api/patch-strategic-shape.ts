/**
 * How strategic merge treats the fields of a kind (Kubernetes API conventions, `patchStrategy` and `patchMergeKey`).
 * Fields that aren't named merge when they hold objects and are replaced when they hold lists.
 */
export interface MergeShape {
  readonly fields?: Readonly<Record<string, MergeShape>>;
  /** For lists: the field that tells elements apart; empty for lists of plain values that merge like sets. */
  readonly mergeKey?: string;
  readonly item?: MergeShape;
  /** Objects that are replaced as a whole. */
  readonly replace?: boolean;
}

function by(mergeKey: string, item: MergeShape = {}): MergeShape {
  return { mergeKey, item };
}

const META: MergeShape = { fields: { ownerReferences: by('uid'), finalizers: by('') } };

const CONTAINER: MergeShape = {
  fields: {
    ports: by('containerPort'),
    env: by('name'),
    volumeMounts: by('mountPath'),
    volumeDevices: by('devicePath'),
  },
};

const POD_SPEC: MergeShape = {
  fields: {
    containers: by('name', CONTAINER),
    initContainers: by('name', CONTAINER),
    ephemeralContainers: by('name', CONTAINER),
    imagePullSecrets: by('name'),
    schedulingGates: by('name'),
    volumes: by('name'),
    resourceClaims: by('name'),
    hostAliases: by('ip'),
    topologySpreadConstraints: by('topologyKey'),
  },
};

const CONDITIONS: MergeShape = { fields: { conditions: by('type') } };
const WORKLOAD: MergeShape = { fields: { template: { fields: { metadata: META, spec: POD_SPEC } } } };

function kind(spec: MergeShape, status: MergeShape = CONDITIONS): MergeShape {
  return { fields: { metadata: META, spec, status } };
}

const KINDS: Readonly<Record<string, MergeShape>> = {
  Deployment: kind(WORKLOAD),
  ReplicaSet: kind(WORKLOAD),
  DaemonSet: kind(WORKLOAD),
  StatefulSet: kind(WORKLOAD),
  Pod: kind(POD_SPEC, { fields: { conditions: by('type'), podIPs: by('ip'), hostIPs: by('ip') } }),
  Service: kind({ fields: { ports: by('port') } }),
  ServiceAccount: { fields: { metadata: META, secrets: by('name') } },
  PodDisruptionBudget: kind({ fields: { selector: { replace: true } } }),
  Node: kind(
    { fields: { podCIDRs: by(''), taints: {} } },
    { fields: { conditions: by('type'), addresses: by('type') } },
  ),
};

/** The shape of a built-in kind. */
export function mergeShapeOf(kindName: string): MergeShape {
  return KINDS[kindName] ?? kind({});
}
