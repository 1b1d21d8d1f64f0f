import { expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { overlapping, rivalsOf } from './rivals.ts';
import { testCluster } from './testing/cluster.ts';
import { deploymentOf, namespaceOf, sluiceOf } from './testing/objects.ts';

const place = { name: 'sluice', namespace: 'sluice-system' };

function labelled(object: KubeObject, instance: string): KubeObject {
  const labels = { 'app.kubernetes.io/part-of': 'sluice', 'app.kubernetes.io/instance': instance };
  return { ...object, metadata: { ...object.metadata, labels } };
}

async function sluices(...objects: readonly KubeObject[]) {
  const seed = [...['sluice-system', 'blue'].map(namespaceOf), ...objects];
  return (await rivalsOf(testCluster({ seed }).client, place)).sluices;
}

test.each([
  {
    name: 'the labels of an installation',
    object: labelled(deploymentOf('blue', 'sluice', 'mirror/controller:1'), 'x'),
  },
  { name: 'the image, as where only that of a Flagger was changed', object: sluiceOf('blue', []) },
])('another Sluice is known by $name', async ({ object }) => {
  expect(await sluices(object)).toEqual([{ where: 'blue/sluice', watched: '' }]);
});

test('an installation is no rival of itself, but one of its name elsewhere is', async () => {
  const own = labelled(sluiceOf('sluice-system', ['run']), 'sluice');
  const other = labelled(sluiceOf('blue', ['run', '--namespace=shop']), 'sluice');
  expect(await sluices(own, other)).toEqual([{ where: 'blue/sluice', watched: 'shop' }]);
});

test.each([
  { watched: '', other: '', overlaps: true },
  { watched: 'shop', other: '', overlaps: true },
  { watched: '', other: 'shop', overlaps: true },
  { watched: 'shop', other: 'shop', overlaps: true },
  { watched: 'shop', other: 'bank', overlaps: false },
])('who watches "$watched" meets who watches "$other": $overlaps', ({ watched, other, overlaps }) => {
  expect(overlapping([{ where: 'blue/sluice', watched: other }], watched)).toHaveLength(overlaps ? 1 : 0);
});
