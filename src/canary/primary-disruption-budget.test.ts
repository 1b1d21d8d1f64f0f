import { describe, expect, it, test } from 'vitest';
import { deepFreeze } from '../../meshes/testing/live.ts';
import type { DisruptionBudget } from '../api/canary.ts';
import { ownerOf } from '../api/canary.ts';
import type { KubeObject } from '../kube/object.ts';
import { disruptionBudgetRef, renderDisruptionBudget } from './primary-disruption-budget.ts';
import { canaryOf } from './workloads/testing/recorded.ts';

const canary = canaryOf('test');
const selector = { label: 'name', value: 'web' };
const matchLabels = { name: 'web-primary' };
const render = (budget: DisruptionBudget | undefined, live?: KubeObject) =>
  renderDisruptionBudget({ canary, selector, budget, live: deepFreeze(live) });

const standing: KubeObject = {
  apiVersion: 'policy/v1',
  kind: 'PodDisruptionBudget',
  metadata: { name: 'podinfo-primary', namespace: 'test', resourceVersion: '7', ownerReferences: [ownerOf(canary)] },
  spec: { minAvailable: 1, selector: { matchLabels: { name: 'other' } }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
  status: { currentHealthy: 2 },
};

test('the budget has the name of the primary', () => {
  const name = { namespace: 'test', name: 'podinfo-primary' };
  expect(disruptionBudgetRef(canary)).toEqual({ apiVersion: 'policy/v1', kind: 'PodDisruptionBudget', ...name });
});

test.each<[string, DisruptionBudget]>([
  ['a count that must stay', { minAvailable: 2 }],
  ['a share that must stay', { minAvailable: '50%' }],
  ['a count that may go', { maxUnavailable: 1 }],
  ['a share that may go', { maxUnavailable: '25%' }],
])("%s holds for the primary's pods and goes with the Canary", (_, budget) => {
  const { name, namespace, apiVersion, kind } = disruptionBudgetRef(canary);
  expect(render(budget)).toEqual({
    apiVersion,
    kind,
    metadata: { name, namespace, labels: matchLabels, ownerReferences: [ownerOf(canary)] },
    spec: { ...budget, selector: { matchLabels } },
  });
});

describe('a budget that exists', () => {
  it('follows the Canary and keeps what nobody here knows', () => {
    expect(render({ maxUnavailable: 1 }, standing)).toEqual({
      ...standing,
      spec: { maxUnavailable: 1, selector: { matchLabels }, unhealthyPodEvictionPolicy: 'AlwaysAllow' },
    });
  });

  it('blocks nothing any more once the Canary asks for none', () => {
    expect(render(undefined, standing)).toMatchObject({ spec: { maxUnavailable: '100%' } });
    expect(render(undefined, standing)).not.toHaveProperty('spec.minAvailable');
  });

  it.each<[string, KubeObject['metadata']['ownerReferences']]>([
    ['nobody', []],
    ['another Canary', [{ ...ownerOf(canary), name: 'shop' }]],
    ['another controller', [{ ...ownerOf(canary), kind: 'Website' }]],
  ])('is left alone when it belongs to %s, and the Canary is told', (_, ownerReferences = []) => {
    const foreign = { ...standing, metadata: { ...standing.metadata, ownerReferences } };
    expect(render(undefined, foreign)).toBeUndefined();
    expect(render({ minAvailable: 1 }, foreign)).toEqual({
      impossible:
        "PodDisruptionBudget podinfo-primary.test is somebody else's: delete it, or remove spec.primaryDisruptionBudget",
    });
  });
});

test('nothing is made when nothing is asked for', () => {
  expect(render(undefined)).toBeUndefined();
});
