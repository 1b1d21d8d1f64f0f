import { expect, test } from 'vitest';
import { closeAll } from './close-all.ts';

const broken = (name: string) => () => Promise.reject(new Error(name));

test('what comes later is closed although something before it could not be', async () => {
  const closed: string[] = [];
  const closing = closeAll(
    broken('users'),
    () => closed.push('node'),
    broken('plane'),
    () => closed.push('folder'),
  );
  await expect(closing).rejects.toThrow('users; Error: plane');
  expect(closed).toEqual(['node', 'folder']);
});

test('a single failure is told as it is', async () => {
  await expect(closeAll(() => {}, broken('users'))).rejects.toThrow(/^users$/);
});
