import type { DeploymentRule } from './deployment-rule.ts';

/** A ReplicaSet as far as a rollout looks at it. */
export interface SetView {
  readonly name: string;
  /** Asked for. */
  readonly replicas: number;
  /** Pods that exist. */
  readonly present: number;
  readonly available: number;
}

/** How many pods a ReplicaSet is to have. */
export interface Scale {
  readonly name: string;
  readonly replicas: number;
}

/**
 * The scales that differ from now and may be taken at once, by the rules of a rolling update: never more than
 * `replicas + maxSurge` pods, never fewer than `replicas - maxUnavailable` available ones. Pods that aren't available are
 * taken down first. `old` goes from oldest to newest.
 */
export function nextScales(rule: DeploymentRule, current: SetView, old: readonly SetView[]): readonly Scale[] {
  if (rule.strategy === 'Recreate') return recreateScales(rule, current, old);
  const grown: SetView = { ...current, replicas: currentReplicas(rule, current, old) };
  const shrunk = oldReplicas(rule, grown, old);
  return changed([current, ...old], [grown, ...shrunk]);
}

function recreateScales(rule: DeploymentRule, current: SetView, old: readonly SetView[]): readonly Scale[] {
  const gone = old.every((set) => set.present === 0 && set.replicas === 0);
  const next = gone ? rule.replicas : Math.min(current.replicas, rule.replicas);
  return changed([current, ...old], [{ ...current, replicas: next }, ...old.map((set) => ({ ...set, replicas: 0 }))]);
}

function currentReplicas(rule: DeploymentRule, current: SetView, old: readonly SetView[]): number {
  if (current.replicas >= rule.replicas) return rule.replicas;
  const room = rule.replicas + rule.maxSurge - sum([current, ...old], 'replicas');
  return current.replicas + Math.max(Math.min(room, rule.replicas - current.replicas), 0);
}

function oldReplicas(rule: DeploymentRule, current: SetView, old: readonly SetView[]): readonly SetView[] {
  const minAvailable = rule.replicas - rule.maxUnavailable;
  const starting = Math.max(current.replicas - current.available, 0);
  const mayGo = sum([current, ...old], 'replicas') - minAvailable - starting;
  if (mayGo <= 0) return old;
  const cleaned = takeDown(old, mayGo, (set) => set.replicas - set.available);
  const spare = Math.min(current.available, current.replicas) + sum(cleaned, 'available') - minAvailable;
  return takeDown(cleaned, spare, (set) => set.replicas);
}

/** Takes up to `limit` pods from the sets in order, from each at most what `from` says. */
function takeDown(sets: readonly SetView[], limit: number, from: (set: SetView) => number): readonly SetView[] {
  let left = limit;
  return sets.map((set) => {
    const taken = Math.max(Math.min(from(set), left), 0);
    left -= taken;
    const replicas = set.replicas - taken;
    return { ...set, replicas, available: Math.min(set.available, replicas) };
  });
}

function sum(sets: readonly SetView[], field: 'replicas' | 'available'): number {
  return sets.reduce((total, set) => total + set[field], 0);
}

function changed(before: readonly SetView[], after: readonly SetView[]): readonly Scale[] {
  return after
    .filter((set, i) => set.replicas !== before[i]?.replicas)
    .map(({ name, replicas }) => ({ name, replicas }));
}
