import { expect, it } from 'vitest';
import { Cleanup } from './cleanup.ts';

it('what came last is undone first, and nothing twice', async () => {
  const undone: string[] = [];
  const cleanup = new Cleanup();
  cleanup.add(() => undone.push('folder'));
  cleanup.add(async () => undone.push('plane'));
  await Promise.all([cleanup.run(), cleanup.run()]);
  await cleanup.run();
  expect(undone).toEqual(['plane', 'folder']);
});
