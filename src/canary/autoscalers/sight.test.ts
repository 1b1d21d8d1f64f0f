import { describe, expect, it, test } from 'vitest';
import type { KubeObject } from '../../kube/object.ts';
import { patched } from '../workloads/testing/pods.ts';
import { canaryOf, liveAmong } from '../workloads/testing/recorded.ts';
import { scaledObjects } from './keda.ts';
import {
  renderPrimaryScalerOf,
  type ScalerSight,
  scalerFloor,
  scalerPatch,
  seeScalers,
  wakesPrimary,
} from './sight.ts';
import { recording, scaledCanary, version } from './testing/scalers.ts';

const keda = recording('keda');
const [awake, resting] = [version(keda.target, 0), version(keda.target, 1)];
const copy = version(keda.primary, 0);
const named = { apiVersion: 'keda.sh/v1alpha1', kind: 'ScaledObject', name: 'podinfo-so' };
const { canary, ref } = scaledCanary(named, 'keda');

function seen(...objects: readonly KubeObject[]): ScalerSight {
  const sight = seeScalers(canary, liveAmong(...objects));
  if (!sight) throw new Error('nothing was seen');
  return sight;
}

test('both scalers are looked up', () => {
  expect(seen(awake, copy)).toEqual({ autoscaler: scaledObjects, ref, scaler: awake, primary: copy });
  expect(seen()).toMatchObject({ scaler: undefined, primary: undefined });
});

test('a Canary that names no scaler has none', () => {
  expect(seeScalers(canaryOf('keda'), () => undefined)).toBeUndefined();
});

test("the primary's scaler is made from what was seen", () => {
  expect(renderPrimaryScalerOf(seen(awake, copy), canary, 'everything', [])).toEqual(copy);
  expect(renderPrimaryScalerOf(seen(), canary, 'everything', [])).toHaveProperty('impossible');
});

describe('the scaler of the target', () => {
  it('rests and works when it is told to', () => {
    expect(patched(awake, scalerPatch(seen(awake), 'resting'))).toEqual(resting);
    expect(patched(resting, scalerPatch(seen(resting), 'working'))).toEqual(awake);
  });

  it('is not written when it does already, or when there is none', () => {
    expect(scalerPatch(seen(resting), 'resting')).toBeUndefined();
    expect(scalerPatch(seen(awake), 'working')).toBeUndefined();
    for (const sight of [undefined, seen(copy)]) {
      expect(scalerPatch(sight, 'resting')).toBeUndefined();
      expect(scalerPatch(sight, 'working')).toBeUndefined();
    }
  });

  it('says with how many replicas the target begins', () => {
    expect(scalerFloor(seen(awake))).toBe(2);
    expect(scalerFloor(seen())).toBe(1);
    expect(scalerFloor(undefined)).toBeUndefined();
  });
});

test('only a scaler that exists wakes the primary', () => {
  expect(wakesPrimary(seen(resting, copy))).toBe(true);
  expect(wakesPrimary(seen(awake))).toBe(false);
  expect(wakesPrimary(undefined)).toBe(false);
});
