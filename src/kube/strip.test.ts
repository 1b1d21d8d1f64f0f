import { expect, test } from 'vitest';
import { asMetadata, withoutManagedFields } from './strip.ts';

const annotations = { 'kubectl.kubernetes.io/last-applied-configuration': '{}' };
const object = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', annotations }, data: { k: 'djE=' } };
const managed = { ...object, metadata: { ...object.metadata, managedFields: [{ manager: 'kubectl' }] } };

test('managed fields go, what kubectl applied last stays', () => {
  expect(withoutManagedFields(managed)).toEqual(object);
});

test('an object without managed fields is not copied', () => {
  expect(withoutManagedFields(object)).toBe(object);
});

test('metadata have no content', () => {
  expect(asMetadata(managed)).toEqual({ apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a', annotations } });
});
