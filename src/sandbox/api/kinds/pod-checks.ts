import { fieldItemsIn, isFields, textIn, valueIn } from '../fields.ts';
import { LABEL, LABEL_TEXT } from '../names.ts';
import { type Cause, duplicateValue, invalidValue, required, unsupportedValue } from '../status-error.ts';

const PULL_POLICIES = ['Always', 'IfNotPresent', 'Never'];

/** Names of ports are short: services refer to them. */
function portNameCauses(name: unknown, field: string): readonly Cause[] {
  if (typeof name !== 'string') return [];
  const causes: Cause[] = [];
  if (name.length > 15) causes.push(invalidValue(field, name, 'must be no more than 15 characters'));
  if (!/^[-a-z0-9]+$/.test(name)) {
    causes.push(invalidValue(field, name, 'must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)'));
  }
  if (!/[a-z]/.test(name)) causes.push(invalidValue(field, name, 'must contain at least one letter (a-z)'));
  return causes;
}

function containerCauses(container: unknown, field: string): readonly Cause[] {
  const causes: Cause[] = [];
  const name = textIn(container, 'name') ?? '';
  if (name === '') causes.push(required(`${field}.name`));
  else if (!LABEL.test(name)) causes.push(invalidValue(`${field}.name`, name, LABEL_TEXT));
  if ((textIn(container, 'image') ?? '') === '') causes.push(required(`${field}.image`));
  fieldItemsIn(container, 'ports').forEach((port, i) => {
    const number = port['containerPort'];
    const at = `${field}.ports[${i}].containerPort`;
    if (number === undefined || number === 0) causes.push(required(at));
    else if (!isPort(number)) causes.push(invalidValue(at, number, 'must be between 1 and 65535, inclusive'));
    causes.push(...portNameCauses(port['name'], `${field}.ports[${i}].name`));
  });
  fieldItemsIn(container, 'env').forEach((variable, i) => {
    if ((textIn(variable, 'name') ?? '') === '') causes.push(required(`${field}.env[${i}].name`));
  });
  fieldItemsIn(container, 'volumeMounts').forEach((mount, i) => {
    if ((textIn(mount, 'name') ?? '') === '') causes.push(required(`${field}.volumeMounts[${i}].name`));
    if ((textIn(mount, 'mountPath') ?? '') === '') causes.push(required(`${field}.volumeMounts[${i}].mountPath`));
  });
  const policy = valueIn(container, 'imagePullPolicy');
  if (!PULL_POLICIES.includes(String(policy))) {
    causes.push(unsupportedValue(`${field}.imagePullPolicy`, policy, PULL_POLICIES));
  }
  return causes;
}

/** Whether a value is a port number. */
export function isPort(value: unknown): boolean {
  return typeof value === 'number' && Number.isInteger(value) && value >= 1 && value <= 65_535;
}

/** What is wrong with a PodSpec at `field`. */
export function podSpecCauses(spec: unknown, field: string): readonly Cause[] {
  const causes: Cause[] = [];
  const containers = fieldItemsIn(spec, 'containers');
  if (containers.length === 0) causes.push(required(`${field}.containers`));
  const names = new Set<string>();
  for (const list of ['initContainers', 'containers']) {
    fieldItemsIn(spec, list).forEach((container, i) => {
      const at = `${field}.${list}[${i}]`;
      causes.push(...containerCauses(container, at));
      const name = textIn(container, 'name') ?? '';
      if (name !== '' && names.has(name)) causes.push(duplicateValue(`${at}.name`, name));
      names.add(name);
    });
  }
  const policy = valueIn(spec, 'restartPolicy');
  if (!['Always', 'OnFailure', 'Never'].includes(String(policy))) {
    causes.push(unsupportedValue(`${field}.restartPolicy`, policy, ['Always', 'OnFailure', 'Never']));
  }
  return [...causes, ...mountCauses(spec, field)];
}

/** Every mount needs its volume. */
function mountCauses(spec: unknown, field: string): readonly Cause[] {
  const volumes = new Set(fieldItemsIn(spec, 'volumes').map((volume) => volume['name']));
  const causes: Cause[] = [];
  for (const list of ['initContainers', 'containers']) {
    fieldItemsIn(spec, list).forEach((container, i) => {
      fieldItemsIn(container, 'volumeMounts').forEach((mount, j) => {
        const name = mount['name'];
        if (typeof name !== 'string' || volumes.has(name)) return;
        const at = `${field}.${list}[${i}].volumeMounts[${j}].name`;
        causes.push({ reason: 'FieldValueNotFound', message: `Not found: ${JSON.stringify(name)}`, field: at });
      });
    });
  }
  return causes;
}

/** The labels of a pod template; only those that are text. */
export function templateLabels(template: unknown): Readonly<Record<string, string>> {
  const labels = valueIn(template, 'metadata', 'labels');
  if (!isFields(labels)) return {};
  return Object.fromEntries(
    Object.entries(labels).filter((entry): entry is [string, string] => typeof entry[1] === 'string'),
  );
}
