import { expect, test } from 'vitest';
import { canonicalQuantity } from './quantity.ts';

test.each([
  ['1', '1'],
  ['0', '0'],
  ['0.5', '500m'],
  ['500m', '500m'],
  ['1000m', '1'],
  ['1500m', '1500m'],
  ['0.0005', '500u'],
  ['1e3', '1e3'],
  ['1000', '1k'],
  ['1500', '1500'],
  ['128974848', '128974848'],
  ['129M', '129M'],
  ['1000M', '1G'],
  ['123Mi', '123Mi'],
  ['1024Mi', '1Gi'],
  ['0.5Gi', '512Mi'],
  ['1024', '1024'],
  ['-1', '-1'],
  ['+5', '5'],
  ['.5', '500m'],
  ['1.', '1'],
  ['0.0000000001', '1n'],
  ['100Ki', '100Ki'],
  ['0.1Mi', '104857600m'],
])('%s is written as %s', (text, canonical) => {
  expect(canonicalQuantity(text)).toBe(canonical);
});

test.each(['', 'a', '1 Gi', '1gi', '--1', '1.2.3', '1Zi'])('"%s" is no quantity', (text) => {
  expect(canonicalQuantity(text)).toBeUndefined();
});
