import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { inherited } from './inherit.ts';

const heir = { name: 'web', namespace: 'test', uid: 'new' };

function canary(name: string, uid: string, spec: Record<string, unknown> = {}): KubeObject {
  const targetRef = { apiVersion: 'apps/v1', kind: 'Deployment', name: 'web' };
  return { apiVersion: 'flagger.app/v1beta1', kind: 'Canary', metadata: { name, uid }, spec: { targetRef, ...spec } };
}

function ownedBy(
  name: string,
  uid: string,
  object: Partial<KubeObject> = {},
  apiVersion = 'flagger.app/v1beta1',
): KubeObject {
  const ownerReferences = [
    { apiVersion: 'v1', kind: 'ConfigMap', name: 'note', uid: 'note' },
    { apiVersion, kind: 'Canary', name, uid, controller: true },
  ];
  return { apiVersion: 'v1', kind: 'Service', ...object, metadata: { name: 'web-primary', ownerReferences } };
}

/** Uid of who controls an object after a look at it, in a cluster with these Canaries. */
function controllerAfter(object: KubeObject, ...canaries: readonly KubeObject[]): unknown {
  const seen = inherited(object, heir, ({ name }) => {
    return canaries.find(({ metadata }) => metadata.name === name);
  });
  return seen.metadata.ownerReferences?.find(({ controller }) => controller)?.uid;
}

describe('an object of another Canary', () => {
  test.each<readonly [string, KubeObject, readonly KubeObject[], string]>([
    ['that is gone is inherited', ownedBy('old', 'gone'), [], 'new'],
    ['that was made again is inherited', ownedBy('web', 'old'), [canary('web', 'new')], 'new'],
    ['that lives and makes it stays its own', ownedBy('other', 'x'), [canary('other', 'x')], 'x'],
    [
      'that lives and has another target by now is inherited',
      ownedBy('other', 'x'),
      [canary('other', 'x', { targetRef: { name: 'shop' } })],
      'new',
    ],
    [
      'that lives and goes by the same Service stays its own',
      ownedBy('other', 'x'),
      [canary('other', 'x', { targetRef: { name: 'shop' }, service: { name: 'web' } })],
      'x',
    ],
    [
      'that lives and shares a copy of a config stays its own',
      ownedBy('other', 'x', { kind: 'ConfigMap' }),
      [canary('other', 'x', { targetRef: { name: 'shop' } })],
      'x',
    ],
    ['of another group is not for us', ownedBy('old', 'gone', {}, 'example.com/v1'), [], 'gone'],
  ])('%s', (_, object, canaries, controller) => {
    expect(controllerAfter(object, ...canaries)).toBe(controller);
  });

  test('keeps its other owners', () => {
    const seen = inherited(ownedBy('old', 'gone'), heir, () => undefined);
    expect(seen.metadata.ownerReferences?.map(({ uid }) => uid)).toEqual(['note', 'new']);
  });

  test('an object of ours, and one of nobody, come back as they are', () => {
    const [own, free] = [ownedBy('web', 'new'), { ...ownedBy('x', 'x'), metadata: { name: 'web' } }];
    for (const object of [own, free]) {
      expect(inherited(object, heir, () => undefined)).toBe(object);
    }
  });
});
