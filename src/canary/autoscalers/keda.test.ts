import { describe, expect, it, test } from 'vitest';
import { dig, type JsonObject } from '../../kube/object.ts';
import { patched } from '../workloads/testing/pods.ts';
import { plain } from '../workloads/testing/recorded.ts';
import { scaledObjects } from './keda.ts';
import { answerOf, primaryOf, recording, version } from './testing/scalers.ts';

const { target, primary } = recording('keda');
const scaler = version(target, 0);
const copy = version(primary, 0);
const paused = (replicas: string | null): JsonObject => ({
  metadata: { annotations: { 'autoscaling.keda.sh/paused-replicas': replicas } },
});

describe('as recorded', () => {
  it('the primary gets a copy', () => {
    expect(plain(primaryOf(scaledObjects, scaler))).toStrictEqual(plain(copy));
  });

  it('a promotion that changes no scaler leaves the copy alone, also while the target is paused', () => {
    for (const each of target) expect(plain(primaryOf(scaledObjects, each, { live: copy }))).toStrictEqual(plain(copy));
  });

  it('the scaler of the target is paused, resumed and paused again', () => {
    const [before, atRest, running, after] = [
      version(target, 0),
      version(target, 1),
      version(target, 2),
      version(target, 3),
    ];
    expect(patched(before, scaledObjects.pause(before))).toStrictEqual(atRest);
    expect(patched(atRest, scaledObjects.resume(atRest))).toStrictEqual(running);
    expect(patched(running, scaledObjects.pause(running))).toStrictEqual(after);
  });
});

describe('pausing', () => {
  it('begins also where someone holds the target at another number', () => {
    expect(scaledObjects.pause(patched(scaler, paused('3')))).toEqual(paused('0'));
  });

  it('ends only where it was begun', () => {
    expect(scaledObjects.resume(patched(scaler, paused('3')))).toBeUndefined();
    expect(scaledObjects.resume(patched(scaler, paused('0')))).toEqual(paused(null));
  });

  it('of the primary by someone else is left alone, unless it takes the primary to zero', () => {
    const held = patched(copy, paused('7'));
    expect(primaryOf(scaledObjects, scaler, { live: held })).toEqual(held);
    for (const follow of ['everything', 'bounds'] as const) {
      expect(primaryOf(scaledObjects, scaler, { live: patched(copy, paused('0')), follow })).toEqual(copy);
    }
  });

  it.each([
    ['autoscaling.keda.sh/paused', 'true'],
    ['autoscaling.keda.sh/paused-replicas', '4'],
    ['autoscaling.keda.sh/paused-scale-in', 'true'],
  ])('by %s is not copied', (annotation, value) => {
    const held = patched(scaler, { metadata: { annotations: { [annotation]: value } } });
    expect(primaryOf(scaledObjects, held).metadata.annotations).toEqual(copy.metadata.annotations);
  });

  it.each([
    ['nothing', {}, true],
    ['a number of replicas', { 'autoscaling.keda.sh/paused-replicas': '2' }, false],
    ['a pause', { 'autoscaling.keda.sh/paused': 'true' }, false],
    ['a pause that ended', { 'autoscaling.keda.sh/paused': 'false' }, true],
  ])('with %s set, whether a workload at zero is woken follows', (_, annotations, wakes) => {
    expect(scaledObjects.wakes(patched(scaler, { metadata: { annotations } }))).toBe(wakes);
  });
});

test('the label with which KEDA names each object stays its own', () => {
  const label = 'scaledobject.keda.sh/name';
  const named = patched(scaler, { metadata: { labels: { [label]: 'podinfo-so' } } });
  const own = patched(copy, { metadata: { labels: { [label]: 'podinfo-so-primary' } } });
  expect(primaryOf(scaledObjects, named).metadata.labels).toEqual({ app: 'podinfo' });
  expect(primaryOf(scaledObjects, named, { live: own })).toEqual(own);
});

test.each([
  ['a name', { name: 'web' }, { name: 'web-primary' }],
  ['an empty name', { name: '' }, { name: '' }],
  ['no name', { behavior: {} }, { behavior: {} }],
])('the HorizontalPodAutoscaler that KEDA makes, with %s', (_, given, expected) => {
  const advanced = { horizontalPodAutoscalerConfig: given, restoreToOriginalReplicaCount: true };
  const from = { ...scaler, spec: { ...Object(scaler.spec), advanced } };
  const wanted = { horizontalPodAutoscalerConfig: expected, restoreToOriginalReplicaCount: true };
  expect(dig(primaryOf(scaledObjects, from), 'spec', 'advanced')).toEqual(wanted);
});

test('queries of primaryScalerQueries are those of the copy', () => {
  const ref = { primaryScalerQueries: { reqs: 'sum(rate(requests{app="podinfo-primary"}[30s]))' } };
  const queries = [0, 1].map((index) =>
    dig(primaryOf(scaledObjects, scaler, { ref }), 'spec', 'triggers', index, 'metadata', 'query'),
  );
  expect(queries).toEqual([ref.primaryScalerQueries.reqs, 'up{app="podinfo-primary"}']);
});

test('bounds that are not set are those of KEDA', () => {
  const open = patched(scaler, { spec: { minReplicaCount: null, maxReplicaCount: null } });
  const bounded = (primaryScalerReplicas: JsonObject) =>
    answerOf(scaledObjects, open, { ref: { primaryScalerReplicas } });
  expect(bounded({ maxReplicas: 1 })).toHaveProperty('spec.maxReplicaCount', 1);
  expect(bounded({ minReplicas: 100 })).toHaveProperty('spec.minReplicaCount', 100);
  expect(bounded({ minReplicas: 101 })).toEqual({
    impossible: expect.stringContaining('at least 101 and at most 100'),
  });
});
