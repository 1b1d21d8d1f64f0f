import { expect, test } from 'vitest';
import { compareVersions } from './catalog.ts';

test('versions are ordered by stability, then by age, unknown ones last', () => {
  const versions = ['foo', 'v1alpha1', 'v2', 'v1beta1', 'v10', 'v1', 'v1beta2', 'bar', 'v2alpha1'];
  expect(versions.toSorted(compareVersions)).toEqual([
    'v10',
    'v2',
    'v1',
    'v1beta2',
    'v1beta1',
    'v2alpha1',
    'v1alpha1',
    'bar',
    'foo',
  ]);
});
