import fc from 'fast-check';
import { expect, test } from 'vitest';
import { equalObjects, equalValues, mergeDiff } from './compare.ts';

test.each([
  { a: {}, b: undefined, equal: true },
  { a: [], b: null, equal: true },
  { a: { x: {} }, b: {}, equal: true },
  { a: { x: undefined, y: 1 }, b: { y: 1 }, equal: true },
  { a: { x: '' }, b: {}, equal: false },
  { a: { x: 0 }, b: {}, equal: false },
  { a: { x: false }, b: {}, equal: false },
  { a: [1, 2], b: [2, 1], equal: false },
  { a: [1], b: [1, 2], equal: false },
  { a: { x: 1 }, b: [1], equal: false },
  { a: '1', b: 1, equal: false },
])('$a and $b are equal: $equal', ({ a, b, equal }) => {
  expect(equalValues(a, b)).toBe(equal);
  expect(equalValues(b, a)).toBe(equal);
});

test('what only the server sets does not make a difference, labels do', () => {
  const object = { apiVersion: 'v1', kind: 'Service', metadata: { name: 'a' }, spec: { ports: [80] } };
  const served = {
    ...object,
    metadata: { name: 'a', uid: 'u', resourceVersion: '7', generation: 2 },
    status: { x: 1 },
  };
  expect(equalObjects(object, served)).toBe(true);
  expect(equalObjects(object, { ...served, metadata: { ...served.metadata, labels: { app: 'a' } } })).toBe(false);
});

test.each([
  { name: 'a changed field', from: { a: 1, b: 2 }, to: { a: 1, b: 3 }, patch: { b: 3 } },
  { name: 'a new field', from: {}, to: { a: { b: 1 } }, patch: { a: { b: 1 } } },
  { name: 'a removed field', from: { a: 1, b: 2 }, to: { b: 2 }, patch: { a: null } },
  { name: 'a nested field', from: { a: { x: 1, y: 2 } }, to: { a: { x: 1 } }, patch: { a: { y: null } } },
  { name: 'a list as a whole', from: { a: [1, 2] }, to: { a: [1] }, patch: { a: [1] } },
  { name: 'nothing', from: { a: { b: [1] } }, to: { a: { b: [1] } }, patch: undefined },
])('a merge patch for $name', ({ from, to, patch }) => {
  expect(mergeDiff(from, to)).toEqual(patch);
});

test('a merge patch leads from one object to the other, as far as merge patches can', () => {
  const value = fc.oneof(fc.integer(), fc.string(), fc.boolean(), fc.array(fc.integer(), { maxLength: 2 }));
  const key = fc.constantFrom('a', 'b', 'c');
  const object = fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value)));
  fc.assert(
    fc.property(object, object, (from, to) => {
      expect(merge(from, mergeDiff(from, to) ?? {})).toEqual(to);
    }),
  );
});

/** RFC 7386, word for word. */
function merge(target: unknown, patch: unknown): unknown {
  if (typeof patch !== 'object' || patch === null || Array.isArray(patch)) return patch;
  const isObject = typeof target === 'object' && target !== null && !Array.isArray(target);
  const result: Record<string, unknown> = isObject ? { ...target } : {};
  for (const [key, value] of Object.entries(patch)) {
    if (value === null) delete result[key];
    else result[key] = merge(result[key], value);
  }
  return result;
}
