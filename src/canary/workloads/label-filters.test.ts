import { expect, test } from 'vitest';
import { included, withoutToolkit } from './label-filters.ts';

const map = {
  'team/a': '1',
  other: '2',
  'kustomize.toolkit.fluxcd.io/name': 'apps',
  'helm.toolkit.fluxcd.io/name': 'h',
};

test.each([
  ['no prefix keeps nothing', [], {}],
  ['an empty prefix keeps nothing', [''], {}],
  ['a prefix keeps the keys that start with it', ['team/'], { 'team/a': '1' }],
  ['a star keeps all but the claims of GitOps reconcilers', ['*'], { 'team/a': '1', other: '2' }],
  ['a prefix of GitOps reconcilers keeps nothing', ['kustomize'], {}],
])('%s', (_, prefixes, expected) => {
  expect(included(map, prefixes)).toEqual(expected);
});

test('only the claims of GitOps reconcilers are dropped from pods', () => {
  expect(withoutToolkit(map)).toEqual({ 'team/a': '1', other: '2' });
  expect(withoutToolkit(undefined)).toEqual({});
});
