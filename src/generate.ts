import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { generate as generateCrds } from './api/generate.ts';
import { generate as generateDocs } from './docs/generate.ts';
import { generate as generateManifests } from './install/generate.ts';

/** `make generate`: everything in the repository that is made from the source; with `--check` it only compares. */
const place = (path: string) => fileURLToPath(new URL(`../${path}`, import.meta.url));
const { version } = JSON.parse(await readFile(place('package.json'), 'utf8')) as { version: string };
const args = process.argv.slice(2);
const say = (line: string) => console.error(line);
const codes = [
  await generateCrds(args, place('crds'), say),
  await generateManifests(args, place('deploy'), version, say),
  await generateDocs(args, place('docs'), say),
];
process.exitCode = Math.max(...codes);
