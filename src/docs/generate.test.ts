import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { generate, generatedFiles, outdatedFiles } from './generate.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('docs/ of the repository is up to date', async () => {
  expect(await outdatedFiles(fileURLToPath(new URL('../../docs', import.meta.url)))).toEqual([]);
});

test('--check names every page that is missing, changed or surplus, changes nothing and fails', async () => {
  await generate([], folder, () => {});
  await writeFile(join(folder, 'lifecycle.md'), 'changed');
  await writeFile(join(folder, 'reference/old.md'), 'surplus');
  await rm(join(folder, 'reference/canary.md'));
  const said: string[] = [];
  expect(await generate(['--check'], folder, (line) => said.push(line))).toBe(1);
  expect(said.map((line) => line.split(' ')[0])).toEqual([
    'docs/lifecycle.md',
    'docs/reference/canary.md',
    'docs/reference/old.md',
  ]);
  expect(said[0]).toContain('npm run generate');
  expect(await readFile(join(folder, 'lifecycle.md'), 'utf8')).toBe('changed');
});

test('generating mends its own pages and leaves those of others alone, after which --check is content', async () => {
  await mkdir(join(folder, 'reference'));
  await writeFile(join(folder, 'reference/old.md'), 'surplus');
  await writeFile(join(folder, 'guide.md'), 'by hand');
  await generate([], folder, () => {});
  expect(await generate(['--check'], folder, () => {})).toBe(0);
  expect(await readFile(join(folder, 'guide.md'), 'utf8')).toBe('by hand');
  for (const [path, content] of generatedFiles()) expect(await readFile(join(folder, path), 'utf8')).toBe(content);
});
