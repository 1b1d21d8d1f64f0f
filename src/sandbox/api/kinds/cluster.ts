import type { KubeObject } from '../../../kube/object.ts';
import type { Draft } from '../draft.ts';
import { ensureFields, fieldItemsIn, fieldsIn, itemsIn, setDefault, textIn } from '../fields.ts';
import type { Builtin } from './builtin.ts';
import { fieldColumn, textColumn } from './columns.ts';
import { podSpecCauses } from './pod-checks.ts';
import { fillPod } from './pod-defaults.ts';

function fillNamespace(draft: Draft, { old }: { readonly old: KubeObject | undefined }): void {
  draft.metadata.labels = { ...draft.metadata.labels, 'kubernetes.io/metadata.name': draft.metadata.name };
  // only the finalize endpoint and the server itself may change these
  draft['spec'] = { finalizers: old ? itemsIn(old, 'spec', 'finalizers') : ['kubernetes'] };
  setDefault(ensureFields(draft, 'status'), 'phase', 'Active');
}

function nodeStatus(node: KubeObject): string {
  const ready = fieldItemsIn(node, 'status', 'conditions').find((item) => item['type'] === 'Ready');
  const text = ready === undefined ? 'Unknown' : ready['status'] === 'True' ? 'Ready' : 'NotReady';
  return fieldsIn(node, 'spec')?.['unschedulable'] === true ? `${text},SchedulingDisabled` : text;
}

const ROLE = 'node-role.kubernetes.io/';

function roles(node: KubeObject): string {
  const labels = Object.keys(node.metadata.labels ?? {}).filter((label) => label.startsWith(ROLE));
  return labels.map((label) => label.slice(ROLE.length)).join(',') || '<none>';
}

/** How many of the readiness gates are open. */
function gates(pod: KubeObject): string {
  const wanted = fieldItemsIn(pod, 'spec', 'readinessGates').map((gate) => gate['conditionType']);
  if (wanted.length === 0) return '<none>';
  const holding = fieldItemsIn(pod, 'status', 'conditions').filter((item) => item['status'] === 'True');
  const open = wanted.filter((type) => holding.some((item) => item['type'] === type));
  return `${open.length}/${wanted.length}`;
}

function readyContainers(pod: KubeObject): string {
  const statuses = fieldItemsIn(pod, 'status', 'containerStatuses');
  const ready = statuses.filter((status) => status['ready'] === true).length;
  return `${ready}/${fieldItemsIn(pod, 'spec', 'containers').length}`;
}

function restarts(pod: KubeObject): number {
  return fieldItemsIn(pod, 'status', 'containerStatuses').reduce(
    (sum, status) => sum + Number(status['restartCount'] ?? 0),
    0,
  );
}

function podStatus(pod: KubeObject): string {
  if (pod.metadata.deletionTimestamp !== undefined) return 'Terminating';
  const waiting = fieldItemsIn(pod, 'status', 'containerStatuses')
    .map((status) => textIn(status, 'state', 'waiting', 'reason') ?? textIn(status, 'state', 'terminated', 'reason'))
    .find((reason) => reason !== undefined);
  return waiting ?? textIn(pod, 'status', 'reason') ?? textIn(pod, 'status', 'phase') ?? '';
}

/** Kinds about the cluster and what runs in it. */
export const CLUSTER_KINDS: readonly Builtin[] = [
  {
    kind: 'Namespace',
    plural: 'namespaces',
    shortNames: ['ns'],
    clusterScoped: true,
    status: true,
    nameRule: 'label',
    selectable: ['status.phase'],
    fill: fillNamespace,
    columns: [fieldColumn('Status', 'status.phase')],
  },
  {
    kind: 'Node',
    plural: 'nodes',
    shortNames: ['no'],
    clusterScoped: true,
    status: true,
    selectable: ['spec.unschedulable'],
    columns: [textColumn('Status', nodeStatus), textColumn('Roles', roles)],
    wide: [fieldColumn('Version', 'status.nodeInfo.kubeletVersion', '')],
  },
  {
    kind: 'Pod',
    plural: 'pods',
    shortNames: ['po'],
    categories: ['all'],
    status: true,
    generation: true,
    answersDeleted: true,
    selectable: [
      'spec.nodeName',
      'spec.restartPolicy',
      'spec.schedulerName',
      'spec.serviceAccountName',
      'spec.hostNetwork',
      'status.phase',
      'status.podIP',
      'status.nominatedNodeName',
    ],
    fill: fillPod,
    validate: (draft) => podSpecCauses(draft['spec'], 'spec'),
    columns: [
      textColumn('Ready', readyContainers),
      textColumn('Status', podStatus),
      textColumn('Restarts', (pod) => String(restarts(pod))),
    ],
    wide: [
      fieldColumn('IP', 'status.podIP', '<none>', 1),
      fieldColumn('Node', 'spec.nodeName', '<none>', 1),
      fieldColumn('Nominated Node', 'status.nominatedNodeName', '<none>', 1),
      textColumn('Readiness Gates', gates, 1),
    ],
  },
];
