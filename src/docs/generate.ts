import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { referencePages } from '../api/reference/render.ts';
import { errorsPage } from './errors.ts';
import { lifecyclePage } from './lifecycle.ts';

/** The folder that holds nothing but generated pages. */
const owned = 'reference';

/** The generated pages of `docs/` as they should be: path → content. */
export function generatedFiles(): ReadonlyMap<string, string> {
  const reference = [...referencePages()].map(([name, content]) => [`${owned}/${name}`, content] as const);
  return new Map([...reference, ['lifecycle.md', lifecyclePage()], ['errors.md', errorsPage()]]);
}

/** Paths in `folder` that are missing, surplus or differ from what would be generated. */
export async function outdatedFiles(folder: string): Promise<string[]> {
  const wanted = generatedFiles();
  const outdated: string[] = await surplusFiles(folder);
  for (const [path, content] of wanted) {
    const present = await readFile(join(folder, path), 'utf8').catch(() => undefined);
    if (present !== content) outdated.push(path);
  }
  return outdated.sort();
}

/** Makes the generated part of `folder` what it should be. */
export async function writeFiles(folder: string): Promise<void> {
  for (const path of await surplusFiles(folder)) await rm(join(folder, path));
  for (const [path, content] of generatedFiles()) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), content);
  }
}

async function surplusFiles(folder: string): Promise<string[]> {
  const wanted = generatedFiles();
  const names = await readdir(join(folder, owned)).catch(() => []);
  return names.map((name) => `${owned}/${name}`).filter((path) => !wanted.has(path));
}

/** The command: writes `folder`, or with `--check` only compares. Returns the exit code. */
export async function generate(args: readonly string[], folder: string, say: (line: string) => void): Promise<number> {
  if (!args.includes('--check')) {
    await writeFiles(folder);
    return 0;
  }
  const outdated = await outdatedFiles(folder);
  for (const path of outdated) say(`docs/${path} differs from what src/docs makes: run \`npm run generate\``);
  return outdated.length === 0 ? 0 : 1;
}
