import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { chartFiles } from './chart.ts';
import { kustomizeFiles } from './kustomize.ts';

const note = '# Generated from src/install by `npm run generate`. Changes made here are lost.\n';

/** Folders that hold nothing but generated files. */
const owned = ['kustomize', 'helm/sluice/files'];

/** The generated files of `deploy/` as they should be: path → content. */
export function generatedFiles(version: string): ReadonlyMap<string, string> {
  const files = [
    ...[...kustomizeFiles(version)].map(([path, content]) => [`kustomize/${path}`, content] as const),
    ...[...chartFiles(version)].map(([path, content]) => [`helm/sluice/${path}`, content] as const),
  ];
  return new Map(files.map(([path, content]) => [path, path.endsWith('.yaml') ? note + content : content]));
}

/** Paths in `folder` that are missing, surplus or differ from what would be generated. */
export async function outdatedFiles(folder: string, version: string): Promise<string[]> {
  const wanted = generatedFiles(version);
  const paths = new Set([...wanted.keys(), ...(await presentFiles(folder))]);
  const outdated: string[] = [];
  for (const path of [...paths].sort()) {
    const content = await readFile(join(folder, path), 'utf8').catch(() => undefined);
    if (content !== wanted.get(path)) outdated.push(path);
  }
  return outdated;
}

/** Makes the generated part of `folder` what it should be. */
export async function writeFiles(folder: string, version: string): Promise<void> {
  const wanted = generatedFiles(version);
  for (const path of await presentFiles(folder)) if (!wanted.has(path)) await rm(join(folder, path));
  for (const [path, content] of wanted) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function presentFiles(folder: string): Promise<string[]> {
  const lists = owned.map(async (part) => {
    const entries = await readdir(join(folder, part), { recursive: true, withFileTypes: true }).catch(() => []);
    const files = entries.filter((entry) => entry.isFile());
    return files.map(({ parentPath, name }) => join(parentPath, name).slice(folder.length).replace(/^\//, ''));
  });
  return (await Promise.all(lists)).flat();
}

/** The command: writes `folder`, or with `--check` only compares. Returns the exit code. */
export async function generate(
  args: readonly string[],
  folder: string,
  version: string,
  say: (line: string) => void,
): Promise<number> {
  if (!args.includes('--check')) {
    await writeFiles(folder, version);
    return 0;
  }
  const outdated = await outdatedFiles(folder, version);
  for (const path of outdated) say(`deploy/${path} differs from src/install: run \`npm run generate\``);
  return outdated.length === 0 ? 0 : 1;
}
