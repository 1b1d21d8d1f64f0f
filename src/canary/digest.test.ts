import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { digest, digestUuid } from './digest.ts';

describe.each([
  ['a digest', digest, /^[0-9a-f]{16}$/],
  ['a digest in the shape of a UUID', digestUuid, /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/],
] as const)('%s', (_, of, shape) => {
  test.each([
    ['the order of keys', { a: 1, b: { c: 2, d: 3 } }, { b: { d: 3, c: 2 }, a: 1 }],
    ['absent fields', { a: 1, b: undefined }, { a: 1 }],
    ['nothing and null', undefined, null],
  ])('is blind to %s', (_what, a, b) => {
    expect(of(a)).toBe(of(b));
  });

  test.each([
    ['the order of items', [1, 2], [2, 1]],
    ['texts and numbers', { a: 1 }, { a: '1' }],
    ['null and absent fields', { a: null }, {}],
    ['lists and objects', [], {}],
    ['nesting', { a: { b: 1 } }, { a: 1, b: 1 }],
  ])('tells %s apart', (_what, a, b) => {
    expect(of(a)).not.toBe(of(b));
  });

  test('always has its shape', () => {
    fc.assert(fc.property(fc.jsonValue(), (value) => shape.test(of(value))));
  });
});
