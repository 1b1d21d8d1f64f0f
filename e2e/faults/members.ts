import { release } from '../lab/manifests.ts';

/** How a member of the fleet is released. */
export type Strategy = 'weighted' | 'blueGreen';

/** A Canary of the fleet. */
export interface Member {
  readonly name: string;
  readonly strategy: Strategy;
}

/** Failed checks that end a run. */
export const threshold = 3;
export const hooks = ['before', 'load', 'promote', 'after'] as const;
/**
 * What is to be walked through, in percent or iterations, of which the last is the switch to the new version. A bad release
 * fails its first checks, which come after the first step.
 */
export const steps: Readonly<Record<Strategy, readonly number[]>> = { weighted: [20, 40], blueGreen: [1, 2, 3] };

/** `count` members, every fifth of them Blue/Green. No name is the beginning of another. */
export function membersOf(count: number): readonly Member[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `shop-${String(i).padStart(3, '0')}`,
    strategy: i % 5 === 4 ? 'blueGreen' : 'weighted',
  }));
}

/** Its Deployment and its Canary; each of its hooks is called at `<hooksUrl>/hook/<name>-<hook>`. */
export function manifestOf({ name, strategy }: Member, hooksUrl: string): string {
  const hook = (id: (typeof hooks)[number], type: string) =>
    `- {name: ${id}, type: ${type}, timeout: 2s, url: "${hooksUrl}/hook/${name}-${id}"}`;
  const analysis = [
    'interval: 1s',
    `threshold: ${threshold}`,
    strategy === 'weighted' ? 'maxWeight: 40\nstepWeight: 20' : 'iterations: 2',
    'metrics: [{name: request-success-rate, interval: 1m, thresholdRange: {min: 99}}]',
    'webhooks:',
    hook('before', 'pre-rollout'),
    hook('load', 'rollout'),
    hook('promote', 'confirm-promotion'),
    hook('after', 'post-rollout'),
  ];
  const spec = `provider: ${strategy === 'weighted' ? 'istio' : 'kubernetes'}`;
  // One pod is as good as two here, and half the work for the cluster
  return release(name, { analysis: analysis.join('\n'), spec }).replace('replicas: 2', 'replicas: 1');
}
