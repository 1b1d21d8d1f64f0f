import { expect, test } from 'vitest';
import { secretValues } from './secret.ts';

const secret = { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'a' } };

test.each([
  { name: 'decoded', data: { token: 'c8OkZmU=', empty: '' }, values: { token: 'säfe', empty: '' } },
  { name: 'none without data', data: undefined, values: {} },
  { name: 'none for null', data: null, values: {} },
])('values of a Secret: $name', ({ data, values }) => {
  expect(secretValues({ ...secret, data })).toEqual(values);
});
