import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { expect, test } from 'vitest';

const module = JSON.stringify(new URL('./tied.ts', import.meta.url).href);

/** A process that ties a child to itself, does what `more` says and prints `tied`; the child has the same output. */
function parentOf(argv: readonly string[], more = '') {
  const script = `
import { spawn } from 'node:child_process';
import { tied } from ${module};
const options = { stdio: ['ignore', 'inherit', 'ignore'], detached: true };
const child = tied(spawn(${JSON.stringify(argv[0])}, ${JSON.stringify(argv.slice(1))}, options));
${more}
console.log('tied');`;
  return spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
}

/** Resolves when a process and those that share its output have said all these words. */
function heard({ stdout }: ReturnType<typeof parentOf>, ...words: readonly string[]): Promise<void> {
  let text = '';
  return new Promise((resolve) => {
    stdout.setEncoding('utf8').on('data', (part: string) => {
      text += part;
      if (words.every((word) => text.includes(word))) resolve();
    });
  });
}

/** Resolves when nobody has the output of a process any more. */
function outputEnd(parent: ChildProcess): Promise<unknown> {
  return once(parent, 'close');
}

test.each([
  { how: 'by SIGTERM', signal: 'SIGTERM', more: '' },
  { how: 'by SIGKILL', signal: 'SIGKILL', more: '' },
  { how: 'by SIGKILL, the child being stopped', signal: 'SIGKILL', more: "child.kill('SIGSTOP');" },
] as const)('a child is gone when its parent has ended $how', async ({ signal, more }) => {
  const parent = parentOf(['sleep', '60'], more);
  await heard(parent, 'tied');
  parent.kill(signal);
  await outputEnd(parent);
});

test('children of the child go with it', async () => {
  const parent = parentOf(['sh', '-c', 'sleep 60 & echo ready; wait']);
  await heard(parent, 'tied', 'ready');
  parent.kill('SIGKILL');
  await outputEnd(parent);
});

test('a child that has ended keeps nobody', async () => {
  const [code] = await once(parentOf(['true']), 'exit');
  expect(code).toBe(0);
});
