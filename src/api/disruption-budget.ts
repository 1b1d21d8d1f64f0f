import type { DisruptionBudget, TargetRef } from './canary.ts';
import type { Refuse } from './refusals.ts';
import type { CanarySpec } from './schema/canary.ts';

const FIELD = 'spec.primaryDisruptionBudget';

/** Reads `spec.primaryDisruptionBudget`; `undefined` when it is absent or refused. */
export function readDisruptionBudget(
  raw: CanarySpec['primaryDisruptionBudget'],
  { kind }: Pick<TargetRef, 'kind'>,
  refuse: Refuse,
): DisruptionBudget | undefined {
  if (!raw) return undefined;
  const { minAvailable, maxUnavailable } = raw;
  if (kind === 'Service') refuse('BudgetWithoutPods', FIELD, 'is set for a Service');
  if (minAvailable !== undefined && maxUnavailable === undefined) {
    return checked('minAvailable', minAvailable, refuse) ? { minAvailable } : undefined;
  }
  if (maxUnavailable !== undefined && minAvailable === undefined) {
    return checked('maxUnavailable', maxUnavailable, refuse) ? { maxUnavailable } : undefined;
  }
  refuse('BudgetAmbiguous', FIELD, `has ${minAvailable === undefined ? 'neither' : 'both'} of its fields`);
  return undefined;
}

/** Kubernetes takes a count from 0, or a share of at most 100 %. */
function checked(name: string, value: number | string, refuse: Refuse): boolean {
  const text = String(value);
  const share = /^([0-9]{1,3})%$/.exec(text)?.[1];
  if (share === undefined ? typeof value === 'number' && /^[0-9]+$/.test(text) : Number(share) <= 100) return true;
  refuse('FieldMalformed', `${FIELD}.${name}`, `is ${JSON.stringify(value)}`, 'write a count or a share such as 25%');
  return false;
}
