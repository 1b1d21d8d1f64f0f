import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { customResourceDefinitions } from './crd.ts';
import { toYaml } from './manifest.ts';

/** The files of `crds/` as they should be: name → content. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const note = '# Generated from src/api/schema by `npm run generate`. Changes made here are lost.\n';
  return new Map(customResourceDefinitions().map((crd) => [`${crd.metadata.name}.yaml`, note + toYaml(crd)]));
}

/** Names of the files in `folder` that are missing, surplus or differ from what would be generated. */
export async function outdatedFiles(folder: string): Promise<string[]> {
  const wanted = generatedFiles();
  const names = new Set([...wanted.keys(), ...(await yamlFiles(folder))]);
  const outdated: string[] = [];
  for (const name of [...names].sort()) {
    const content = await readFile(join(folder, name), 'utf8').catch(() => undefined);
    if (content !== wanted.get(name)) outdated.push(name);
  }
  return outdated;
}

/** Makes `folder` hold exactly the generated YAML files. */
export async function writeFiles(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  const wanted = generatedFiles();
  for (const name of await yamlFiles(folder)) if (!wanted.has(name)) await rm(join(folder, name));
  for (const [name, content] of wanted) await writeFile(join(folder, name), content);
}

async function yamlFiles(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => name.endsWith('.yaml'));
}

/** The command: writes `folder`, or with `--check` only compares. Returns the exit code. */
export async function generate(args: readonly string[], folder: string, say: (line: string) => void): Promise<number> {
  if (!args.includes('--check')) {
    await writeFiles(folder);
    return 0;
  }
  const outdated = await outdatedFiles(folder);
  for (const name of outdated) say(`crds/${name} differs from the schemas in src/api/schema: run \`npm run generate\``);
  return outdated.length === 0 ? 0 : 1;
}
