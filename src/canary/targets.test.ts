import { expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { keyOf, Targets } from './targets.ts';
import { canaryObject } from './testing/scene.ts';

function canary(name: string, target: string, namespace = 'test', kind = 'Deployment'): KubeObject {
  return canaryObject({ targetRef: { apiVersion: 'apps/v1', kind, name: target } }, { name, namespace });
}

function service(name: string, apiVersion: string): KubeObject {
  return canaryObject({ targetRef: { apiVersion, kind: 'Service', name: 'web' } }, { name, namespace: 'test' });
}

function targetsOf(...canaries: readonly KubeObject[]): Targets {
  const targets = new Targets();
  for (const each of canaries) targets.put(each);
  return targets;
}

const a = canary('a', 'web');

test('a Canary is worked on under namespace and name', () => {
  expect(keyOf(a)).toBe('test/a');
});

test.each<readonly [string, KubeObject, readonly string[]]>([
  ['another Canary on the same target is a rival', canary('b', 'web'), ['b']],
  ['one on another target is none', canary('b', 'api'), []],
  ['one in another namespace is none', canary('b', 'web', 'other'), []],
  ['one on another kind is none', canary('b', 'web', 'test', 'DaemonSet'), []],
  ['a newer version of itself is none', canary('a', 'web'), []],
])('%s', (_, other, rivals) => {
  expect(
    targetsOf(a, other)
      .rivals(a)
      .map(({ metadata }) => metadata.name),
  ).toEqual(rivals);
});

test('a Service of Kubernetes and one of Knative are two targets, in whatever version', () => {
  const knative = service('a', 'serving.knative.dev/v1');
  const all = targetsOf(knative, service('b', 'v1'), service('c', 'serving.knative.dev/v2'));
  expect(all.rivals(knative).map(({ metadata }) => metadata.name)).toEqual(['c']);
});

test('a Canary that moves to another target leaves its rivals there', () => {
  const targets = targetsOf(a, canary('b', 'web'), canary('b', 'api'));
  expect(targets.rivals(a)).toEqual([]);
  expect(targets.rivals(canary('c', 'api'))).toHaveLength(1);
});

test('a Canary that is removed is no rival, whatever target it names then', () => {
  const targets = targetsOf(a, canary('b', 'web'));
  targets.remove(canary('b', 'elsewhere'));
  expect(targets.rivals(a)).toEqual([]);
});

test('Canaries are counted per namespace, each once', () => {
  const targets = targetsOf(a, canary('a', 'api'), canary('b', 'web'), canary('c', 'web', 'other'));
  expect(Object.fromEntries(targets.totals)).toEqual({ test: 2, other: 1 });
});

test('a namespace that lost its last Canary stays at zero, however often that is told', () => {
  const targets = targetsOf(a);
  targets.remove(a);
  targets.remove(a);
  expect(Object.fromEntries(targets.totals)).toEqual({ test: 0 });
});

test('a change answers whom it concerns: rivals on the target of before and on the one of now', () => {
  const names = (rivals: readonly KubeObject[]) => rivals.map(({ metadata }) => metadata.name);
  const targets = targetsOf(a, canary('b', 'web'), canary('c', 'api'));
  expect(names(targets.put(canary('b', 'api')))).toEqual(['a', 'c']);
  expect(names(targets.remove(canary('b', 'api')))).toEqual(['c']);
  expect(targets.remove(canary('b', 'api'))).toEqual([]);
});
