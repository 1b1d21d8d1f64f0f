import type { KubeObject } from '../../../kube/object.ts';
import type { Draft } from '../draft.ts';
import {
  ensureFields,
  type Fields,
  fieldItemsIn,
  fieldsIn,
  isFields,
  itemsIn,
  setDefault,
  textIn,
  valueIn,
} from '../fields.ts';
import { type Cause, invalidValue, required, unsupportedValue } from '../status-error.ts';
import type { Builtin } from './builtin.ts';
import { fieldColumn, textColumn } from './columns.ts';

const CPU_TARGET = {
  type: 'Resource',
  resource: { name: 'cpu', target: { type: 'Utilization', averageUtilization: 80 } },
};

/** What one direction of `behavior` means when it is given in part. */
const SCALE_RULES: Readonly<Record<string, Fields>> = {
  scaleUp: {
    stabilizationWindowSeconds: 0,
    selectPolicy: 'Max',
    policies: [
      { type: 'Pods', value: 4, periodSeconds: 15 },
      { type: 'Percent', value: 100, periodSeconds: 15 },
    ],
  },
  scaleDown: { selectPolicy: 'Max', policies: [{ type: 'Percent', value: 100, periodSeconds: 15 }] },
};

function fillAutoscaler(draft: Draft): void {
  const spec = ensureFields(draft, 'spec');
  setDefault(spec, 'minReplicas', 1);
  if (itemsIn(spec, 'metrics').length === 0) spec['metrics'] = [structuredClone(CPU_TARGET)];
  const behavior = fieldsIn(spec, 'behavior');
  if (behavior) {
    for (const [direction, rules] of Object.entries(SCALE_RULES)) {
      const given = ensureFields(behavior, direction);
      for (const [field, value] of Object.entries(rules)) setDefault(given, field, structuredClone(value));
    }
  }
}

function validateAutoscaler(draft: Draft): readonly Cause[] {
  const causes: Cause[] = [];
  const spec = fieldsIn(draft, 'spec') ?? {};
  for (const field of ['kind', 'name']) {
    if ((textIn(spec, 'scaleTargetRef', field) ?? '') === '') causes.push(required(`spec.scaleTargetRef.${field}`));
  }
  const least = spec['minReplicas'];
  const most = spec['maxReplicas'];
  if (typeof least === 'number' && least < 1) {
    causes.push(invalidValue('spec.minReplicas', least, 'must be greater than or equal to 1'));
  }
  if (typeof most !== 'number' || most < 1) {
    causes.push(invalidValue('spec.maxReplicas', most ?? 0, 'must be greater than 0'));
  } else if (typeof least === 'number' && most < least) {
    causes.push(invalidValue('spec.maxReplicas', most, 'must be greater than or equal to `minReplicas`'));
  }
  return causes;
}

function validateIngress(draft: Draft): readonly Cause[] {
  const causes: Cause[] = [];
  const rules = fieldItemsIn(draft, 'spec', 'rules');
  if (rules.length === 0 && !isFields(valueIn(draft, 'spec', 'defaultBackend'))) {
    causes.push(invalidValue('spec', rules, 'either `defaultBackend` or `rules` must be specified'));
  }
  rules.forEach((rule, i) => {
    fieldItemsIn(rule, 'http', 'paths').forEach((path, j) => {
      const field = `spec.rules[${i}].http.paths[${j}]`;
      const type = path['pathType'];
      if (type === undefined) causes.push(required(`${field}.pathType`, 'pathType must be specified'));
      else if (!['Exact', 'Prefix', 'ImplementationSpecific'].includes(String(type))) {
        causes.push(unsupportedValue(`${field}.pathType`, type, ['Exact', 'ImplementationSpecific', 'Prefix']));
      }
      const start = textIn(path, 'path') ?? '';
      if ((type === 'Exact' || type === 'Prefix') && !start.startsWith('/')) {
        causes.push(invalidValue(`${field}.path`, start, 'must be an absolute path'));
      }
      if (!isFields(path['backend'])) causes.push(required(`${field}.backend`));
    });
  });
  return causes;
}

function hosts(ingress: KubeObject): string {
  const names = fieldItemsIn(ingress, 'spec', 'rules').map((rule) => textIn(rule, 'host') ?? '*');
  return names.length === 0 ? '*' : names.join(',');
}

function addresses(ingress: KubeObject): string {
  return fieldItemsIn(ingress, 'status', 'loadBalancer', 'ingress')
    .map((item) => item['ip'] ?? item['hostname'])
    .join(',');
}

function reference(autoscaler: KubeObject): string {
  return `${textIn(autoscaler, 'spec', 'scaleTargetRef', 'kind')}/${textIn(autoscaler, 'spec', 'scaleTargetRef', 'name')}`;
}

/** Present and wanted values of the resource metrics; of other metrics only their type. */
function targets(autoscaler: KubeObject): string {
  const metrics = fieldItemsIn(autoscaler, 'spec', 'metrics').map((metric, i) => {
    const target = fieldsIn(metric, 'resource', 'target');
    if (!target) return `<unknown>/${textIn(metric, 'type')}`;
    const current = fieldsIn(fieldItemsIn(autoscaler, 'status', 'currentMetrics')[i], 'resource', 'current');
    const relative = target['averageUtilization'] !== undefined;
    const field = relative ? 'averageUtilization' : 'averageValue';
    const unit = relative ? '%' : '';
    const present = current?.[field] === undefined ? '<unknown>' : `${current[field]}${unit}`;
    return `${textIn(metric, 'resource', 'name')}: ${present}/${target[field]}${unit}`;
  });
  return metrics.join(', ') || '<none>';
}

/** Kinds that steer others. */
export const POLICY_KINDS: readonly Builtin[] = [
  {
    group: 'autoscaling',
    version: 'v2',
    kind: 'HorizontalPodAutoscaler',
    plural: 'horizontalpodautoscalers',
    shortNames: ['hpa'],
    categories: ['all'],
    status: true,
    fill: fillAutoscaler,
    validate: validateAutoscaler,
    columns: [
      textColumn('Reference', reference),
      textColumn('Targets', targets),
      textColumn('MinPods', (autoscaler) => String(valueIn(autoscaler, 'spec', 'minReplicas') ?? '<unset>')),
      textColumn('MaxPods', (autoscaler) => valueIn(autoscaler, 'spec', 'maxReplicas')),
      textColumn('Replicas', (autoscaler) => valueIn(autoscaler, 'status', 'currentReplicas') ?? 0),
    ],
  },
  {
    group: 'networking.k8s.io',
    kind: 'Ingress',
    plural: 'ingresses',
    shortNames: ['ing'],
    status: true,
    generation: true,
    validate: validateIngress,
    columns: [
      fieldColumn('Class', 'spec.ingressClassName'),
      textColumn('Hosts', hosts),
      textColumn('Address', addresses),
      textColumn('Ports', (ingress) => (itemsIn(ingress, 'spec', 'tls').length > 0 ? '80, 443' : '80')),
    ],
  },
  {
    group: 'policy',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    shortNames: ['pdb'],
    status: true,
    generation: true,
    columns: [
      textColumn('Min Available', (budget) => String(valueIn(budget, 'spec', 'minAvailable') ?? 'N/A')),
      textColumn('Max Unavailable', (budget) => String(valueIn(budget, 'spec', 'maxUnavailable') ?? 'N/A')),
      fieldColumn('Allowed Disruptions', 'status.disruptionsAllowed', 0),
    ],
  },
];
