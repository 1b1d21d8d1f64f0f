import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseManifests } from '../api/manifest.ts';
import { refKey, refOf } from '../kube/object.ts';
import { generate, generatedFiles, outdatedFiles } from './generate.ts';
import { manifests } from './manifests.ts';
import { optionsWith } from './testing/options.ts';

test('the files of deploy/ are those that would be generated', async () => {
  const { version } = JSON.parse(await readFile(new URL('../../package.json', import.meta.url), 'utf8'));
  expect(await outdatedFiles(fileURLToPath(new URL('../../deploy', import.meta.url)), version)).toEqual([]);
});

test('base and component of a provider hold what an installation with that provider has', () => {
  const files = generatedFiles('1.2.3');
  const folders = ['kustomize/crds/', 'kustomize/base/', 'kustomize/components/nginx/'];
  const keys = [...files]
    .filter(([path]) => folders.some((folder) => path.startsWith(folder)) && !path.endsWith('kustomization.yaml'))
    .flatMap(([, content]) => parseManifests(content).map((object) => refKey(refOf(object))));
  const wanted = manifests(optionsWith({ meshProvider: 'nginx' })).map((object) => refKey(refOf(object)));
  expect(keys.sort()).toEqual(wanted.sort());
});

describe('the command', () => {
  let folder = '';
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-deploy-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  test('writes everything, and finds nothing to say afterwards', async () => {
    expect(await generate([], folder, '1.2.3', () => {})).toBe(0);
    expect(await generate(['--check'], folder, '1.2.3', () => {})).toBe(0);
    expect(await readFile(join(folder, 'helm/sluice/Chart.yaml'), 'utf8')).toContain('appVersion: 1.2.3');
  });

  test('tells of each file that differs, is missing or is one too many, and mends them', async () => {
    await generate([], folder, '1.2.3', () => {});
    await writeFile(join(folder, 'kustomize/base/surplus.yaml'), 'a: b\n');
    await writeFile(join(folder, 'kustomize/base/service.yaml'), 'a: b\n');
    await rm(join(folder, 'helm/sluice/values.schema.json'));
    const said: string[] = [];
    expect(await generate(['--check'], folder, '1.2.3', (line) => said.push(line))).toBe(1);
    expect(said).toEqual(
      ['helm/sluice/values.schema.json', 'kustomize/base/service.yaml', 'kustomize/base/surplus.yaml'].map(
        (path) => `deploy/${path} differs from src/install: run \`npm run generate\``,
      ),
    );
    await generate([], folder, '1.2.3', () => {});
    expect(await outdatedFiles(folder, '1.2.3')).toEqual([]);
  });
});
