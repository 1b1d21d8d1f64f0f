import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';

const bin = fileURLToPath(new URL('bin.js', import.meta.url));
const program = `export async function main(argv) {
  if (argv[0] === 'throw') throw new Error('boom');
  process.stdout.write(argv.join(' '));
  return 5;
}
`;

let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'sluice-'));
  mkdirSync(join(folder, 'src/cli'), { recursive: true });
  mkdirSync(join(folder, 'dist/src/cli'), { recursive: true });
  copyFileSync(bin, join(folder, 'src/bin.js'));
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }');
});
afterEach(() => rmSync(folder, { recursive: true }));

function start(...argv: string[]) {
  return spawnSync(process.execPath, [join(folder, 'src/bin.js'), ...argv], { encoding: 'utf8' });
}

describe('the command', () => {
  test.each([
    { from: 'the source', file: 'src/cli/main.ts' },
    { from: 'the build', file: 'dist/src/cli/main.js' },
  ])('runs from $from, with its arguments and exit code', ({ file }) => {
    writeFileSync(join(folder, file), program);
    expect(start('one', '--two')).toMatchObject({ stdout: 'one --two', status: 5 });
  });

  test('ends with 1 when the program throws', () => {
    writeFileSync(join(folder, 'src/cli/main.ts'), program);
    const { status, stderr } = start('throw');
    expect(status).toBe(1);
    expect(stderr).toContain('sluice: Error: boom');
  });

  test('says what is missing when nothing was built', () => {
    expect(start()).toMatchObject({
      status: 1,
      stderr: 'sluice: nothing to run: build it first with `npm run build`\n',
    });
  });
});

test('shows its help', () => {
  const { status, stdout } = spawnSync(process.execPath, [bin, '--help'], { encoding: 'utf8' });
  expect(status).toBe(0);
  expect(stdout).toContain('Usage: sluice <verb>');
});
