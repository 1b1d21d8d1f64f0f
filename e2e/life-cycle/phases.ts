import type { JsonObject, KubeObject } from '../../src/kube/object.ts';
import type { HookAnswer } from '../replay/scenario.ts';
import type { Life, LifeOptions } from './life.ts';
import { type CanaryFields, canary, deployment, gate, service } from './objects.ts';

/** How a Canary on a workload that was adopted comes to stand in a phase for a while. */
export interface Way {
  readonly phase: string;
  readonly image?: string;
  readonly fields?: CanaryFields;
  readonly hooks?: Record<string, HookAnswer>;
  /** What clients lose on the way, as the play of the workloads has it: all old pods go before new ones are ready. */
  readonly loses?: string;
  /** From `Initialized` on; absent: it is there already, or never gets that far. */
  readonly walk?: (life: Life) => Promise<void>;
}

const shut = { status: 403 };

function gated(type: string): Pick<Way, 'fields' | 'hooks'> {
  return { fields: { analysis: { webhooks: [gate(type)] } }, hooks: { [type]: shut } };
}

/** Releases `web:2` and waits for a phase. */
function release(phase: string, image = 'web:2') {
  return async (life: Life) => {
    await life.setImage(image);
    await life.reach(phase);
  };
}

/** One way to every phase, and to `Failed` by a promotion that the primary didn't survive. */
export const ways: readonly (Way & { readonly name: string })[] = [
  { name: 'Initializing', phase: 'Initializing', image: 'web:1-badprimary' },
  { name: 'Initialized', phase: 'Initialized' },
  { name: 'Waiting', phase: 'Waiting', ...gated('confirm-rollout'), walk: release('Waiting') },
  {
    name: 'Progressing',
    phase: 'Progressing',
    walk: async (life) => {
      await release('Progressing')(life);
      await life.until('half of the traffic on the canary', () => life.weight() === 50);
    },
  },
  {
    name: 'WaitingPromotion',
    phase: 'WaitingPromotion',
    ...gated('confirm-promotion'),
    walk: release('WaitingPromotion'),
  },
  {
    name: 'Promoting',
    phase: 'Promoting',
    fields: { analysis: { stepWeightPromotion: 10 } },
    walk: async (life) => {
      await release('Promoting')(life);
      await life.until('a part of the traffic back', () => life.weight() === 80);
    },
  },
  {
    name: 'Finalising',
    phase: 'Finalising',
    walk: async (life) => {
      await release('Promoting')(life);
      const allow = life.refuse('PATCH', /deployments\/web(\?|$)/);
      await life.reach('Finalising');
      await life.advance(2_000);
      allow();
    },
  },
  { name: 'Succeeded', phase: 'Succeeded', walk: release('Succeeded') },
  { name: 'Failed', phase: 'Failed', ...gated('pre-rollout'), walk: release('Failed') },
  { name: 'Failed in promotion', phase: 'Failed', loses: 'apex', walk: release('Failed', 'web:2-badprimary') },
];

/** What a way begins with: the workload, its Service and its Canary. */
export function beginning({ image = 'web:1', fields = {} }: Way, more: JsonObject = {}): KubeObject[] {
  return [deployment({ image }), service(), canary({ ...fields, ...more })];
}

export function optionsOf({ hooks }: Way): LifeOptions {
  return hooks ? { hooks } : {};
}

/** Goes a way to its end. */
export async function walk(life: Life, { phase, loses, walk }: Way): Promise<void> {
  if (loses !== undefined) life.watcher.excused.add(loses);
  if (phase !== 'Initializing') await life.reach('Initialized');
  if (walk) await walk(life);
  else await life.advance(5_000);
}
