import { expect, it } from 'vitest';
import { rolledOut } from './rollouts.ts';

const deployment = (observedGeneration: number) => ({
  apiVersion: 'apps/v1',
  kind: 'Deployment',
  metadata: { name: 'app', namespace: 'x', generation: 3 },
  spec: { replicas: 2 },
  status: { observedGeneration },
});

it('a Deployment whose spec was changed has all its pods at once', () => {
  const numbers = { observedGeneration: 3, replicas: 2, updatedReplicas: 2, readyReplicas: 2, availableReplicas: 2 };
  expect(rolledOut(deployment(2), 0)).toMatchObject(numbers);
});

it('a Deployment that says so already is left alone', () => {
  expect(rolledOut(deployment(3), 0)).toBeUndefined();
});
