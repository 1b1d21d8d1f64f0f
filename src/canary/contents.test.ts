import { expect, test } from 'vitest';
import type { KubeObject } from '../kube/object.ts';
import { Contents } from './contents.ts';

function config(uid: string | undefined, resourceVersion = '1'): KubeObject {
  const metadata = { name: 'settings', resourceVersion, ...(uid === undefined ? {} : { uid }) };
  return { apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { color: 'blue' } };
}

test('a content is known at the version that it was read at, and at no other', () => {
  const contents = new Contents();
  contents.keep(config('a', '1'));
  expect(contents.of(config('a', '1'))?.['data']).toEqual({ color: 'blue' });
  expect(contents.of(config('a', '2'))).toBeUndefined();
  expect(contents.of(config('b', '1'))).toBeUndefined();
});

test('a newer content takes the place of the older one', () => {
  const contents = new Contents();
  contents.keep(config('a', '1'));
  contents.keep(config('a', '2'));
  expect(contents.of(config('a', '1'))).toBeUndefined();
  expect(contents.of(config('a', '2'))).toBeDefined();
});

test('an object without identity is never known', () => {
  const contents = new Contents();
  contents.keep(config(undefined));
  expect(contents.of(config(undefined))).toBeUndefined();
});

test.each([
  ['that was kept first goes first', [], ['b', 'c']],
  ['that was used stays longer', ['a'], ['a', 'c']],
] as const)('over the limit the content %s', (_, used, left) => {
  const contents = new Contents(2);
  contents.keep(config('a'));
  contents.keep(config('b'));
  for (const uid of used) contents.of(config(uid));
  contents.keep(config('c'));
  expect(['a', 'b', 'c'].filter((uid) => contents.of(config(uid)))).toEqual(left);
});

test('keeping a content again pushes no other out', () => {
  const contents = new Contents(2);
  for (const uid of ['a', 'b', 'b', 'b']) contents.keep(config(uid));
  expect(contents.of(config('a'))).toBeDefined();
});
