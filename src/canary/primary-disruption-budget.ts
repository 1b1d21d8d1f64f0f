import { type Canary, type DisruptionBudget, ownerOf } from '../api/canary.ts';
import { controllerOf, type KubeObject, type ObjectRef } from '../kube/object.ts';
import type { Impossible, Selector } from './workloads/contract.ts';
import { objectOr } from './workloads/json.ts';
import { primaryValue } from './workloads/primary-labels.ts';

/** Blocks no eviction: what a budget becomes when its Canary doesn't ask for one any more. */
const unlimited: DisruptionBudget = { maxUnavailable: '100%' };

export interface BudgetRequest {
  readonly canary: Canary;
  readonly selector: Selector;
  /** `undefined`: the Canary asks for none. */
  readonly budget: DisruptionBudget | undefined;
  /** What stands at `disruptionBudgetRef`. */
  readonly live: KubeObject | undefined;
}

/** Where the budget of the primary stands; it has the primary's name. */
export function disruptionBudgetRef({ namespace, primaryName: name }: Canary): ObjectRef {
  return { apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', namespace, name };
}

/**
 * The PodDisruptionBudget of the primary, complete. A budget that selects the target's pods doesn't select the primary's, so
 * without one a drained node may take all pods that serve. `undefined` when there is nothing to write: none is asked for, and
 * none of ours is left. `impossible` when somebody else's stands in the place.
 */
export function renderDisruptionBudget(request: BudgetRequest): KubeObject | Impossible | undefined {
  const { canary, budget, live } = request;
  if (!live) return budget && created(request, budget);
  const owner = controllerOf(live);
  if (owner?.kind === 'Canary' && owner.name === canary.name) return updated(request, live, budget ?? unlimited);
  if (!budget) return undefined;
  const where = `PodDisruptionBudget ${canary.primaryName}.${canary.namespace}`;
  return { impossible: `${where} is somebody else's: delete it, or remove spec.primaryDisruptionBudget` };
}

function created({ canary, selector }: BudgetRequest, budget: DisruptionBudget): KubeObject {
  const { apiVersion, kind, name } = disruptionBudgetRef(canary);
  const labels = { [selector.label]: primaryValue(selector) };
  return {
    apiVersion,
    kind,
    metadata: { name, namespace: canary.namespace, labels, ownerReferences: [ownerOf(canary)] },
    spec: { ...budget, selector: { matchLabels: labels } },
  };
}

function updated({ selector }: BudgetRequest, live: KubeObject, budget: DisruptionBudget): KubeObject {
  const { minAvailable: _, maxUnavailable: __, ...kept } = objectOr(live.spec);
  const matchLabels = { [selector.label]: primaryValue(selector) };
  return { ...live, spec: { ...kept, ...budget, selector: { matchLabels } } };
}
