import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { customResourceDefinitions } from './crd.ts';
import { generate, outdatedFiles } from './generate.ts';
import { parseManifests } from './manifest.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'crds-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

test('crds/ of the repository is up to date', async () => {
  expect(await outdatedFiles(fileURLToPath(new URL('../../crds', import.meta.url)))).toEqual([]);
});

test('what was generated reads back as the definitions', async () => {
  expect(await generate([], folder, () => {})).toBe(0);
  for (const crd of customResourceDefinitions()) {
    const text = await readFile(join(folder, `${crd.metadata.name}.yaml`), 'utf8');
    expect(parseManifests(text)).toEqual([crd]);
  }
});

test('--check names every file that is missing, changed or surplus, changes nothing and fails', async () => {
  await generate([], folder, () => {});
  await writeFile(join(folder, 'canaries.flagger.app.yaml'), 'changed');
  await writeFile(join(folder, 'old.flagger.app.yaml'), 'surplus');
  await rm(join(folder, 'alertproviders.flagger.app.yaml'));
  const said: string[] = [];
  expect(await generate(['--check'], folder, (line) => said.push(line))).toBe(1);
  expect(said.map((line) => line.split(' ')[0])).toEqual([
    'crds/alertproviders.flagger.app.yaml',
    'crds/canaries.flagger.app.yaml',
    'crds/old.flagger.app.yaml',
  ]);
  expect(said[0]).toContain('npm run generate');
  expect(await readFile(join(folder, 'canaries.flagger.app.yaml'), 'utf8')).toBe('changed');
});

test('generating removes definitions that are gone and mends the others, after which --check is content', async () => {
  await writeFile(join(folder, 'canaries.flagger.app.yaml'), 'changed');
  await writeFile(join(folder, 'old.flagger.app.yaml'), 'surplus');
  await generate([], folder, () => {});
  expect(await generate(['--check'], folder, () => {})).toBe(0);
});
