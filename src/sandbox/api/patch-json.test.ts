import { expect, test } from 'vitest';
import { jsonPatch } from './patch-json.ts';

test.each([
  { what: 'adds', patch: [{ op: 'add', path: '/b', value: 2 }], result: { a: 1, list: [1, 2], b: 2 } },
  { what: 'appends to a list', patch: [{ op: 'add', path: '/list/-', value: 3 }], result: { a: 1, list: [1, 2, 3] } },
  { what: 'removes', patch: [{ op: 'remove', path: '/a' }], result: { list: [1, 2] } },
  { what: 'replaces', patch: [{ op: 'replace', path: '/list/0', value: 9 }], result: { a: 1, list: [9, 2] } },
  { what: 'moves', patch: [{ op: 'move', from: '/a', path: '/c' }], result: { c: 1, list: [1, 2] } },
  { what: 'copies', patch: [{ op: 'copy', from: '/a', path: '/c' }], result: { a: 1, c: 1, list: [1, 2] } },
])('a JSON patch $what', ({ patch, result }) => {
  const target = { a: 1, list: [1, 2] };
  expect(jsonPatch(target, patch)).toEqual(result);
  expect(target).toEqual({ a: 1, list: [1, 2] });
});

test.each([
  { what: 'a failed test', patch: [{ op: 'test', path: '/a', value: 2 }], code: 422 },
  { what: 'a path that leads nowhere', patch: [{ op: 'remove', path: '/x' }], code: 422 },
  { what: 'an unknown operation', patch: [{ op: 'erase', path: '/a' }], code: 422 },
  { what: 'an object instead of a list', patch: {}, code: 400 },
])('$what is refused with $code', ({ patch, code }) => {
  expect(() => jsonPatch({ a: 1 }, patch)).toThrow(expect.objectContaining({ code }));
});
