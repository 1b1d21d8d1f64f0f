import { expect, test } from 'vitest';
import { autoscalerFor } from './registry.ts';

test.each([
  ['HorizontalPodAutoscaler', 'autoscaling/v2'],
  ['ScaledObject', 'keda.sh/v1alpha1'],
])('a %s is read as %s', (kind, apiVersion) => {
  expect(autoscalerFor({ kind })).toMatchObject({ kind, apiVersion });
});

test.each(['HTTPScaledObject', 'VerticalPodAutoscaler', 'scaledobject', ''])('a %s is none', (kind) => {
  expect(autoscalerFor({ kind })).toBeUndefined();
});
