import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { parseManifests } from '../../src/api/manifest.ts';
import { manifests } from '../../src/install/manifests.ts';
import { problemsOf } from '../../src/install/options.ts';
import { readValues } from '../../src/install/values.ts';
import { type KubeObject, refKey, refOf } from '../../src/kube/object.ts';
import { valueSets } from './value-sets.ts';

const chart = fileURLToPath(new URL('../../deploy/helm/sluice', import.meta.url));
const run = promisify(execFile);

/**
 * Renders the Helm chart with `helm` and compares it with what `sluice install` makes of the same values. Returns a sentence for
 * each difference; none when they are the same. Rejects when the binary can't be run.
 */
export async function compareChart(helmBinary: string): Promise<string[]> {
  const { version } = JSON.parse(
    await readFile(fileURLToPath(new URL('../../package.json', import.meta.url)), 'utf8'),
  ) as { version: string };
  const folder = await mkdtemp(join(tmpdir(), 'sluice-chart-'));
  try {
    const differences: string[] = [];
    for (const { name, release = 'sluice', values } of valueSets) {
      const file = join(folder, 'values.json');
      await writeFile(file, JSON.stringify(values));
      const rendered = await render(helmBinary, release, file);
      const read = readValues(values);
      if (!read.ok) {
        if ('objects' in rendered) differences.push(`${name}: refused by \`sluice install\`, rendered by the chart`);
        continue;
      }
      const options = { name: release, namespace: 'sluice-system', version, values: read.values };
      const problems = problemsOf(options);
      differences.push(...compare(manifests(options), rendered, problems).map((text) => `${name}: ${text}`));
    }
    return differences;
  } finally {
    await rm(folder, { recursive: true });
  }
}

type Rendering = { readonly objects: readonly KubeObject[] } | { readonly refused: string };

async function render(helm: string, release: string, values: string): Promise<Rendering> {
  const place = ['--namespace', 'sluice-system', '--kube-version', '1.34.0', '--values', values];
  const command = run(helm, ['template', release, chart, ...place], { maxBuffer: 64 * 2 ** 20 });
  try {
    return { objects: parseManifests((await command).stdout) };
  } catch (error) {
    const { stderr } = error as { stderr?: string };
    if (stderr === undefined || stderr === '') throw error;
    return { refused: stderr };
  }
}

function compare(wanted: readonly KubeObject[], rendered: Rendering, problems: readonly string[]): string[] {
  if ('refused' in rendered) {
    if (problems.some((problem) => rendered.refused.includes(problem))) return [];
    return [`the chart refuses: ${rendered.refused.trim()}`];
  }
  if (problems.length > 0) return [`\`sluice install\` refuses: ${problems.join('; ')}`];
  const ours = byRef(wanted.filter(({ kind }) => kind !== 'Namespace'));
  const theirs = byRef(rendered.objects);
  const keys = [...new Set([...ours.keys(), ...theirs.keys()])];
  return keys.flatMap((key) => {
    const [own, other] = [ours.get(key), theirs.get(key)];
    if (!own) return [`${key} is in the chart alone`];
    if (!other) return [`${key} is not in the chart`];
    return differing(plain(own), plain(other), key);
  });
}

function byRef(objects: readonly KubeObject[]): ReadonlyMap<string, KubeObject> {
  return new Map(objects.map((object) => [refKey(refOf(object)), object]));
}

/** Without the labels that say who installs. */
function plain(object: KubeObject): unknown {
  const text = JSON.stringify(object, (key, value) =>
    key === 'app.kubernetes.io/managed-by' || key === 'helm.sh/chart' ? undefined : value,
  );
  return JSON.parse(text);
}

function differing(own: unknown, other: unknown, path: string): string[] {
  if (!isTree(own) || !isTree(other) || Array.isArray(own) !== Array.isArray(other)) {
    if (own === other) return [];
    return [`${path} is ${JSON.stringify(own)}, and ${JSON.stringify(other)} in the chart`];
  }
  const keys = [...new Set([...Object.keys(own), ...Object.keys(other)])];
  return keys.flatMap((key) => differing(own[key], other[key], `${path}.${key}`));
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const differences = await compareChart(process.argv[2] ?? 'helm');
  for (const difference of differences) console.error(difference);
  console.log(`${valueSets.length} sets of values, ${differences.length} differences`);
  process.exitCode = differences.length === 0 ? 0 : 1;
}
