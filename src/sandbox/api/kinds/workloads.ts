import { controllerOf, type KubeObject } from '../../../kube/object.ts';
import type { Draft } from '../draft.ts';
import {
  ensureFields,
  type Fields,
  fieldItemsIn,
  fieldsIn,
  isFields,
  sameJson,
  setDefault,
  textIn,
  valueIn,
} from '../fields.ts';
import type { Column } from '../resource.ts';
import { matchesLabelSelector } from '../selectors.ts';
import { type Cause, invalidValue, required, unsupportedValue } from '../status-error.ts';
import type { Builtin } from './builtin.ts';
import { fieldColumn, labelsText, textColumn } from './columns.ts';
import { podSpecCauses, templateLabels } from './pod-checks.ts';
import { fillPodTemplate } from './pod-defaults.ts';

const SCALE = {
  replicas: ['spec', 'replicas'],
  statusReplicas: ['status', 'replicas'],
  selector: ['spec', 'selector'],
};

function rollingUpdate(strategy: Fields, defaults: Fields): void {
  setDefault(strategy, 'type', 'RollingUpdate');
  if (strategy['type'] !== 'RollingUpdate') return;
  const rolling = ensureFields(strategy, 'rollingUpdate');
  for (const [field, value] of Object.entries(defaults)) setDefault(rolling, field, value);
}

function fillDeployment(draft: Draft): void {
  const spec = ensureFields(draft, 'spec');
  setDefault(spec, 'replicas', 1);
  rollingUpdate(ensureFields(spec, 'strategy'), { maxUnavailable: '25%', maxSurge: '25%' });
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'progressDeadlineSeconds', 600);
  fillPodTemplate(spec);
}

function fillReplicaSet(draft: Draft): void {
  const spec = ensureFields(draft, 'spec');
  setDefault(spec, 'replicas', 1);
  fillPodTemplate(spec);
}

/** The past can't be changed. */
function validateControllerRevision(draft: Draft, old: KubeObject | undefined): readonly Cause[] {
  if (!old || sameJson(old['data'], draft['data'])) return [];
  return [invalidValue('data', draft['data'], 'field is immutable')];
}

function controllerText(object: KubeObject): string {
  const { apiVersion = '', kind = '', name = '' } = controllerOf(object) ?? {};
  const [group = ''] = apiVersion.split('/');
  return kind === '' ? '<none>' : `${kind.toLowerCase()}.${group}/${name}`;
}

const TEMPLATE_GENERATION = 'deprecated.daemonset.template.generation';

function fillDaemonSet(draft: Draft, { old }: { readonly old: KubeObject | undefined }): void {
  const spec = ensureFields(draft, 'spec');
  rollingUpdate(ensureFields(spec, 'updateStrategy'), { maxUnavailable: 1, maxSurge: 0 });
  setDefault(spec, 'revisionHistoryLimit', 10);
  fillPodTemplate(spec);
  // the API server counts template changes in this annotation, whatever the request says about it
  const before = Number(old?.metadata.annotations?.[TEMPLATE_GENERATION] ?? 0);
  const changed = !old || !sameJson(valueIn(old, 'spec', 'template'), spec['template']);
  const annotations = { ...draft.metadata.annotations, [TEMPLATE_GENERATION]: String(changed ? before + 1 : before) };
  draft.metadata.annotations = annotations;
}

function fillStatefulSet(draft: Draft): void {
  const spec = ensureFields(draft, 'spec');
  setDefault(spec, 'replicas', 1);
  setDefault(spec, 'podManagementPolicy', 'OrderedReady');
  rollingUpdate(ensureFields(spec, 'updateStrategy'), { partition: 0 });
  setDefault(spec, 'revisionHistoryLimit', 10);
  setDefault(spec, 'persistentVolumeClaimRetentionPolicy', { whenDeleted: 'Retain', whenScaled: 'Retain' });
  fillPodTemplate(spec);
}

/** The selector is required, fits the template, and stays as it is. */
function validateWorkload(draft: Draft, old: KubeObject | undefined): readonly Cause[] {
  const causes: Cause[] = [];
  const spec = fieldsIn(draft, 'spec');
  const selector = spec?.['selector'];
  const template = spec?.['template'];
  const labels = templateLabels(template);
  if (!isFields(selector)) causes.push(required('spec.selector'));
  if (isFields(selector) && Object.keys(selector).length === 0) {
    causes.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'));
  } else if (!matchesLabelSelector(selector, labels)) {
    const shown = Object.keys(labels).length === 0 ? null : labels;
    causes.push(invalidValue('spec.template.metadata.labels', shown, '`selector` does not match template `labels`'));
  }
  if (old && !sameJson(valueIn(old, 'spec', 'selector'), selector)) {
    causes.push(invalidValue('spec.selector', selector ?? null, 'field is immutable'));
  }
  const replicas = spec?.['replicas'];
  if (typeof replicas === 'number' && replicas < 0) {
    causes.push(invalidValue('spec.replicas', replicas, 'must be greater than or equal to 0'));
  }
  causes.push(...podSpecCauses(valueIn(template, 'spec'), 'spec.template.spec'));
  const policy = valueIn(template, 'spec', 'restartPolicy');
  if (policy !== 'Always') causes.push(unsupportedValue('spec.template.spec.restartPolicy', policy, ['Always']));
  return causes;
}

/** Counts of pods that can't be. */
function deploymentStatusCauses(draft: Draft): readonly Cause[] {
  const total = count(draft, 'status', 'replicas');
  const ready = count(draft, 'status', 'readyReplicas');
  const causes: Cause[] = [];
  for (const field of ['updatedReplicas', 'readyReplicas', 'availableReplicas']) {
    const value = count(draft, 'status', field);
    if (value > total) causes.push(invalidValue(`status.${field}`, value, 'cannot be greater than status.replicas'));
  }
  const available = count(draft, 'status', 'availableReplicas');
  if (available > ready)
    causes.push(invalidValue('status.availableReplicas', available, 'cannot be greater than readyReplicas'));
  return causes;
}

function validateDeployment(draft: Draft, old: KubeObject | undefined): readonly Cause[] {
  const strategy = valueIn(draft, 'spec', 'strategy');
  const known = ['Recreate', 'RollingUpdate'];
  const wrong = !known.includes(String(valueIn(strategy, 'type')));
  const causes = wrong ? [unsupportedValue('spec.strategy', strategy, known)] : [];
  return [...validateWorkload(draft, old), ...causes, ...deploymentStatusCauses(draft)];
}

function count(object: unknown, ...path: readonly string[]): number {
  const value = valueIn(object, ...path);
  return typeof value === 'number' ? value : 0;
}

function containers(object: KubeObject): readonly Fields[] {
  return fieldItemsIn(object, 'spec', 'template', 'spec', 'containers');
}

const SELECTOR = textColumn('Selector', (object) => labelsText(valueIn(object, 'spec', 'selector', 'matchLabels')), 1);
const CONTAINERS: readonly Column[] = [
  textColumn(
    'Containers',
    (object) =>
      containers(object)
        .map((item) => textIn(item, 'name'))
        .join(','),
    1,
  ),
  textColumn(
    'Images',
    (object) =>
      containers(object)
        .map((item) => textIn(item, 'image'))
        .join(','),
    1,
  ),
];
const WIDE: readonly Column[] = [...CONTAINERS, SELECTOR];

function ready(object: KubeObject): string {
  return `${count(object, 'status', 'readyReplicas')}/${count(object, 'spec', 'replicas')}`;
}

/** `apps/v1`. */
export const WORKLOADS: readonly Builtin[] = [
  {
    group: 'apps',
    kind: 'Deployment',
    plural: 'deployments',
    shortNames: ['deploy'],
    categories: ['all'],
    status: true,
    generation: true,
    generationOfAnnotations: true,
    statusKeepsLabels: true,
    scale: SCALE,
    fill: fillDeployment,
    validate: validateDeployment,
    columns: [
      textColumn('Ready', ready),
      textColumn('Up-to-date', (object) => count(object, 'status', 'updatedReplicas')),
      textColumn('Available', (object) => count(object, 'status', 'availableReplicas')),
    ],
    wide: WIDE,
  },
  {
    group: 'apps',
    kind: 'ReplicaSet',
    plural: 'replicasets',
    shortNames: ['rs'],
    categories: ['all'],
    status: true,
    generation: true,
    scale: SCALE,
    selectable: ['status.replicas'],
    fill: fillReplicaSet,
    validate: validateWorkload,
    columns: [
      fieldColumn('Desired', 'spec.replicas', 0),
      fieldColumn('Current', 'status.replicas', 0),
      fieldColumn('Ready', 'status.readyReplicas', 0),
    ],
    wide: WIDE,
  },
  {
    group: 'apps',
    kind: 'DaemonSet',
    plural: 'daemonsets',
    shortNames: ['ds'],
    categories: ['all'],
    status: true,
    generation: true,
    fill: fillDaemonSet,
    validate: validateWorkload,
    columns: [
      fieldColumn('Desired', 'status.desiredNumberScheduled', 0),
      fieldColumn('Current', 'status.currentNumberScheduled', 0),
      fieldColumn('Ready', 'status.numberReady', 0),
      fieldColumn('Up-to-date', 'status.updatedNumberScheduled', 0),
      fieldColumn('Available', 'status.numberAvailable', 0),
      textColumn('Node Selector', (object) => labelsText(valueIn(object, 'spec', 'template', 'spec', 'nodeSelector'))),
    ],
    wide: WIDE,
  },
  {
    group: 'apps',
    kind: 'StatefulSet',
    plural: 'statefulsets',
    shortNames: ['sts'],
    categories: ['all'],
    status: true,
    generation: true,
    scale: SCALE,
    fill: fillStatefulSet,
    validate: validateWorkload,
    columns: [textColumn('Ready', ready)],
    wide: CONTAINERS,
  },
  {
    group: 'apps',
    kind: 'ControllerRevision',
    plural: 'controllerrevisions',
    typed: false,
    validate: validateControllerRevision,
    columns: [textColumn('Controller', controllerText), fieldColumn('Revision', 'revision', 0)],
  },
];
