import { ensureFields, type Fields, fieldItemsIn, fieldsIn, isFields, itemsIn, setDefault, textIn } from '../fields.ts';

/** Octal 0644, the mode of files from configuration. */
const FILE_MODE = 420;
const TOKEN_LIFETIME_SECONDS = 3600;
/** How long pods stay on a node that can't be reached. */
const LOST_NODE_SECONDS = 300;

/** `Always` for images without a tag or digest and for `latest`, else `IfNotPresent`. */
function pullPolicy(image: string): string {
  const name = image.split('/').at(-1) ?? '';
  if (name.includes('@')) return 'IfNotPresent';
  const tag = name.split(':')[1];
  return tag === undefined || tag === 'latest' ? 'Always' : 'IfNotPresent';
}

function fillHttpGet(action: Fields | undefined): void {
  const get = fieldsIn(action, 'httpGet');
  if (get) {
    setDefault(get, 'path', '/');
    setDefault(get, 'scheme', 'HTTP');
  }
}

function fillProbe(probe: Fields): void {
  setDefault(probe, 'timeoutSeconds', 1);
  setDefault(probe, 'periodSeconds', 10);
  setDefault(probe, 'successThreshold', 1);
  setDefault(probe, 'failureThreshold', 3);
  fillHttpGet(probe);
  const grpc = fieldsIn(probe, 'grpc');
  if (grpc) setDefault(grpc, 'service', '');
}

function fillContainer(container: Fields): void {
  setDefault(container, 'terminationMessagePath', '/dev/termination-log');
  setDefault(container, 'terminationMessagePolicy', 'File');
  setDefault(container, 'imagePullPolicy', pullPolicy(textIn(container, 'image') ?? ''));
  setDefault(container, 'resources', {});
  for (const port of fieldItemsIn(container, 'ports')) setDefault(port, 'protocol', 'TCP');
  for (const variable of fieldItemsIn(container, 'env')) {
    const ref = fieldsIn(variable, 'valueFrom', 'fieldRef');
    if (ref) setDefault(ref, 'apiVersion', 'v1');
  }
  for (const name of ['livenessProbe', 'readinessProbe', 'startupProbe']) {
    const probe = fieldsIn(container, name);
    if (probe) fillProbe(probe);
  }
  fillHttpGet(fieldsIn(container, 'lifecycle', 'postStart'));
  fillHttpGet(fieldsIn(container, 'lifecycle', 'preStop'));
}

function fillDownwardItems(source: Fields): void {
  for (const item of fieldItemsIn(source, 'items')) {
    const ref = fieldsIn(item, 'fieldRef');
    if (ref) setDefault(ref, 'apiVersion', 'v1');
  }
}

function fillVolume(volume: Fields): void {
  // a volume that names no source is an empty directory
  if (Object.keys(volume).every((field) => field === 'name')) volume['emptyDir'] = {};
  for (const kind of ['configMap', 'secret', 'projected', 'downwardAPI']) {
    const source = volume[kind];
    if (!isFields(source)) continue;
    setDefault(source, 'defaultMode', FILE_MODE);
    if (kind === 'downwardAPI') fillDownwardItems(source);
    for (const projection of fieldItemsIn(source, 'sources')) {
      const token = fieldsIn(projection, 'serviceAccountToken');
      if (token) setDefault(token, 'expirationSeconds', TOKEN_LIFETIME_SECONDS);
      const downward = fieldsIn(projection, 'downwardAPI');
      if (downward) fillDownwardItems(downward);
    }
  }
  const hostPath = fieldsIn(volume, 'hostPath');
  if (hostPath) setDefault(hostPath, 'type', '');
}

/** The old name of `serviceAccountName` is kept equal to it. */
function mirrorServiceAccount(spec: Fields): void {
  const name = textIn(spec, 'serviceAccountName') ?? textIn(spec, 'serviceAccount');
  if (name === undefined || name === '') return;
  spec['serviceAccountName'] = name;
  spec['serviceAccount'] = name;
}

/** Defaults of a PodSpec, alone or in a template. */
export function fillPodSpec(spec: Fields): void {
  setDefault(spec, 'restartPolicy', 'Always');
  setDefault(spec, 'terminationGracePeriodSeconds', 30);
  setDefault(spec, 'dnsPolicy', 'ClusterFirst');
  setDefault(spec, 'securityContext', {});
  setDefault(spec, 'schedulerName', 'default-scheduler');
  mirrorServiceAccount(spec);
  for (const list of ['initContainers', 'containers', 'ephemeralContainers']) {
    fieldItemsIn(spec, list).forEach(fillContainer);
  }
  fieldItemsIn(spec, 'volumes').forEach(fillVolume);
}

/** On the network of the host, every port of a pod is one of the host. Templates don't get this. */
function shareHostPorts(spec: Fields): void {
  for (const container of fieldItemsIn(spec, 'containers')) {
    for (const port of fieldItemsIn(container, 'ports')) setDefault(port, 'hostPort', port['containerPort']);
  }
}

/** Defaults of the pod template of a workload. */
export function fillPodTemplate(workloadSpec: Fields): void {
  const template = ensureFields(workloadSpec, 'template');
  ensureFields(template, 'metadata');
  fillPodSpec(ensureFields(template, 'spec'));
}

/** Requests that aren't given are those of the limits. Only pods get this, not templates. */
function fillRequests(container: Fields): void {
  const limits = fieldsIn(container, 'resources', 'limits');
  if (!limits) return;
  const requests = ensureFields(ensureFields(container, 'resources'), 'requests');
  for (const [name, quantity] of Object.entries(limits)) setDefault(requests, name, quantity);
}

function qosClass(spec: Fields): string {
  const containers = [...fieldItemsIn(spec, 'initContainers'), ...fieldItemsIn(spec, 'containers')];
  const resources = containers.map((container) => fieldsIn(container, 'resources') ?? {});
  const bare = resources.every((item) => !item['limits'] && !item['requests']);
  if (bare) return 'BestEffort';
  const guaranteed = resources.every((item) =>
    ['cpu', 'memory'].every((name) => {
      const limit = fieldsIn(item, 'limits')?.[name];
      return limit !== undefined && limit === fieldsIn(item, 'requests')?.[name];
    }),
  );
  return guaranteed ? 'Guaranteed' : 'Burstable';
}

/** What the usual admission plugins add. */
function admit(spec: Fields): void {
  setDefault(spec, 'priority', 0);
  setDefault(spec, 'preemptionPolicy', 'PreemptLowerPriority');
  const tolerations = fieldItemsIn(spec, 'tolerations');
  for (const key of ['node.kubernetes.io/not-ready', 'node.kubernetes.io/unreachable']) {
    if (tolerations.some((toleration) => toleration['key'] === key || toleration['key'] === undefined)) continue;
    tolerations.push({ key, operator: 'Exists', effect: 'NoExecute', tolerationSeconds: LOST_NODE_SECONDS });
  }
  spec['tolerations'] = tolerations;
}

/** Defaults of a Pod itself, with its first status. */
export function fillPod(pod: Fields): void {
  const spec = ensureFields(pod, 'spec');
  fillPodSpec(spec);
  setDefault(spec, 'enableServiceLinks', true);
  admit(spec);
  if (spec['hostNetwork'] === true) shareHostPorts(spec);
  for (const list of ['initContainers', 'containers']) itemsIn(spec, list).filter(isFields).forEach(fillRequests);
  const status = ensureFields(pod, 'status');
  setDefault(status, 'phase', 'Pending');
  setDefault(status, 'qosClass', qosClass(spec));
}
