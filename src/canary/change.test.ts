import { describe, expect, test } from 'vitest';
import type { CanaryStatus } from '../api/status.ts';
import type { KubeObject, StringMap } from '../kube/object.ts';
import { changeOf, same, trackedConfigs } from './change.ts';
import { checksum } from './configs.ts';
import { digest } from './digest.ts';
import type { ConfigSight } from './observation.ts';
import { revisionOf, sceneOf, statusIn } from './testing/scene.ts';

function config(color: string, annotations: StringMap = {}): ConfigSight {
  const ref = { apiVersion: 'v1', kind: 'ConfigMap', namespace: 'test', name: 'settings' };
  const content: KubeObject = {
    ...ref,
    metadata: { name: 'settings', namespace: 'test', annotations },
    data: { color },
  };
  return { key: 'configmap/settings', ref, optional: false, exists: true, content };
}

function sumOf(color: string): StringMap {
  const { content } = config(color);
  return content ? { 'configmap/settings': checksum(content) } : {};
}

describe('the revision', () => {
  test.each<readonly [string, string, Partial<CanaryStatus>, boolean]>([
    ['is new when it was neither applied nor promoted', 'web:3', {}, true],
    ['isn’t new when it was applied', 'web:2', {}, false],
    ['isn’t new when it is back at the promoted one', 'web:1', {}, false],
  ])('%s', (_, image, more, revision) => {
    expect(changeOf(sceneOf({ target: { image }, status: statusIn('idle', more) }))).toEqual({
      revision,
      configs: false,
    });
  });

  test('is new when nothing was ever applied', () => {
    const { lastAppliedSpec: _, ...status } = statusIn('idle', { lastPromotedSpec: revisionOf('web:2') });
    expect(changeOf(sceneOf({ status })).revision).toBe(true);
  });
});

describe('configs', () => {
  const changed = (
    now: readonly ConfigSight[],
    more: Partial<CanaryStatus>,
    promotedConfigs?: StringMap,
    image = 'web:2',
  ) => {
    const run = promotedConfigs ? { promotedConfigs: digest(promotedConfigs) } : {};
    const status = statusIn('idle', more, run);
    return changeOf(sceneOf({ configs: now, tracksConfigs: true, target: { image }, status })).configs;
  };

  test.each<readonly [string, readonly ConfigSight[], Partial<CanaryStatus>, boolean]>([
    ['that are as they were are no change', [config('blue')], { trackedConfigs: sumOf('blue') }, false],
    ['with another content are a change', [config('red')], { trackedConfigs: sumOf('blue') }, true],
    ['that came are a change', [config('red')], { trackedConfigs: {} }, true],
    ['that went are a change', [], { trackedConfigs: sumOf('blue') }, true],
    ['that nobody noted before are a change', [config('red')], {}, true],
    ['that are none and were none are no change', [], {}, false],
    [
      'that opted out don’t count',
      [config('red', { 'flagger.app/config-tracking': 'disabled' })],
      { trackedConfigs: {} },
      false,
    ],
  ])('%s', (_, now, more, expected) => {
    expect(changed(now, more)).toBe(expected);
  });

  test('that were taken back with the revision are no change', () => {
    expect(changed([config('blue')], { trackedConfigs: sumOf('red') }, sumOf('blue'), 'web:1')).toBe(false);
  });

  test('that were taken back under another revision are one', () => {
    expect(changed([config('blue')], { trackedConfigs: sumOf('red') }, sumOf('blue'), 'web:2')).toBe(true);
  });

  test('don’t count without tracking', () => {
    const scene = sceneOf({ configs: [config('red')], status: statusIn('idle', { trackedConfigs: sumOf('blue') }) });
    expect(changeOf(scene).configs).toBe(false);
    expect(trackedConfigs(scene)).toBeUndefined();
  });
});

test.each<readonly [StringMap, StringMap, boolean]>([
  [{}, {}, true],
  [{ a: '1', b: '2' }, { b: '2', a: '1' }, true],
  [{ a: '1' }, { a: '2' }, false],
  [{ a: '1' }, { b: '1' }, false],
  [{ a: '1' }, {}, false],
])('%o and %o are the same: %s', (a, b, expected) => {
  expect(same(a, b)).toBe(expected);
  expect(same(b, a)).toBe(expected);
});
