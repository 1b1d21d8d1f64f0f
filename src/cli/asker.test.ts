import { describe, expect, test } from 'vitest';
import { ApiError } from '../kube/errors.ts';
import type { KubeObject } from '../kube/object.ts';
import { askerOf, localUser } from './asker.ts';

const answering = (status: unknown) => ({ create: async (object: KubeObject) => ({ ...object, status }) });
const refusing = (code: number, reason: string) => ({
  create: () => Promise.reject(new ApiError('no', { code, reason })),
});

describe('whoever asks', () => {
  test('is known by the name that the API server knows', async () => {
    expect(await askerOf(answering({ userInfo: { username: 'oidc:alice' } }), () => 'al')).toBe('oidc:alice');
  });

  test.each([
    { where: 'reviews are not served', client: refusing(404, 'KindNotServed') },
    { where: 'reviews are forbidden', client: refusing(403, 'Forbidden') },
    { where: 'reviews can not be created', client: refusing(405, 'MethodNotAllowed') },
    { where: 'the review names nobody', client: answering({ userInfo: {} }) },
    { where: 'the review names nobody by an empty name', client: answering({ userInfo: { username: '' } }) },
  ])('is the local user where $where', async ({ client }) => {
    expect(await askerOf(client, () => 'al')).toBe('al');
  });

  test('is not guessed while the server is out of reach', async () => {
    await expect(askerOf(refusing(0, 'NoAnswer'), () => 'al')).rejects.toThrow('no');
  });
});

test('an id without an entry is nobody', () => {
  const missing = () => {
    throw new Error('ENOENT');
  };
  expect(localUser(missing)).toBeUndefined();
  expect(localUser(() => ({ username: 'al' }))).toBe('al');
});
