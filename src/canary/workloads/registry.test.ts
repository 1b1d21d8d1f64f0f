import { expect, test } from 'vitest';
import { createRoutedTargets, createWorkloads } from './registry.ts';

const options = { selectorLabels: ['app'], includeLabelPrefix: [] };
const workloads = createWorkloads(options);

test.each(['Deployment', 'DaemonSet', 'StatefulSet'])('a %s can be a target', (kind) => {
  expect(workloads(kind)?.kind).toBe(kind);
});

test.each(['ReplicaSet', 'Job', 'deployment', ''])('a %s can not', (kind) => {
  expect(workloads(kind)).toBeUndefined();
});

test.each([
  ['a Service of the cluster', 'v1', 'Service', true],
  ['a Service of Knative', 'serving.knative.dev/v1', 'Service', true],
  ['a Service of something else', 'example.com/v1', 'Service', false],
  ['a Deployment', 'apps/v1', 'Deployment', false],
] as const)('routes lead by itself to %s', (_, apiVersion, kind, known) => {
  const found = createRoutedTargets(options)({ apiVersion, kind, name: 'podinfo' });
  expect(found?.apiVersion).toBe(known ? apiVersion : undefined);
});
