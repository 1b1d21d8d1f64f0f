import { describe, expect, it, test } from 'vitest';
import { patched } from '../workloads/testing/pods.ts';
import { plain } from '../workloads/testing/recorded.ts';
import { horizontalPodAutoscalers } from './hpa.ts';
import { answerOf, primaryOf, recording, scaledCanary, version } from './testing/scalers.ts';

describe('as recorded', () => {
  const { target, primary } = recording('hpa');

  it('the primary gets a copy', () => {
    const copy = primaryOf(horizontalPodAutoscalers, version(target, 0));
    expect(plain(copy)).toStrictEqual(plain(version(primary, 0)));
  });

  it('a change of the bounds reaches the copy', () => {
    for (const follow of ['everything', 'bounds'] as const) {
      const copy = primaryOf(horizontalPodAutoscalers, version(target, 1), { live: version(primary, 0), follow });
      expect(plain(copy)).toStrictEqual(plain(version(primary, 1)));
    }
  });

  it('one that does not exist is waited for', () => {
    const missing = recording('hpa-missing');
    const scaler = version(missing.target, 0);
    const { apiVersion, kind, metadata } = scaler;
    const from = scaledCanary({ apiVersion, kind, name: metadata.name }, metadata.namespace);
    const request = {
      ...from,
      scaler: undefined,
      live: undefined,
      follow: 'everything',
      includeLabelPrefix: [],
    } as const;
    expect(horizontalPodAutoscalers.primary(request)).toEqual({ impossible: missing.event });
    expect(plain(primaryOf(horizontalPodAutoscalers, scaler))).toStrictEqual(plain(version(missing.primary, 0)));
  });
});

const scaler = version(recording('hpa').target, 0);

test.each([
  ['none', [], {}],
  ['those with a prefix', ['a'], { a: 'b' }],
  ['all', ['*'], { a: 'b', other: 'c' }],
])('of the annotations, %s are copied', (_, includeLabelPrefix, annotations) => {
  const annotated = patched(scaler, { metadata: { annotations: { other: 'c' } } });
  const copy = primaryOf(horizontalPodAutoscalers, annotated, { includeLabelPrefix });
  expect(copy.metadata.annotations).toEqual(annotations);
});

test.each(['autoscaling/v1', 'autoscaling/v2beta2', 'autoscaling/v2'])(
  'a reference to %s means the v2 object',
  (apiVersion) => {
    expect(primaryOf(horizontalPodAutoscalers, scaler, { ref: { apiVersion } })).toEqual(
      primaryOf(horizontalPodAutoscalers, scaler),
    );
  },
);

test('least replicas that are not set mean one', () => {
  const open = patched(scaler, { spec: { minReplicas: null, maxReplicas: 3 } });
  expect(primaryOf(horizontalPodAutoscalers, open).spec).not.toHaveProperty('minReplicas');
  const narrow = { primaryScalerReplicas: { maxReplicas: 1 } };
  expect(answerOf(horizontalPodAutoscalers, open, { ref: narrow })).toHaveProperty('spec.maxReplicas', 1);
});

test('only one that may go to zero wakes a workload at zero', () => {
  expect(horizontalPodAutoscalers.wakes(scaler)).toBe(false);
  expect(horizontalPodAutoscalers.wakes(patched(scaler, { spec: { minReplicas: 0 } }))).toBe(true);
});
