import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { cp, mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const run = promisify(execFile);
const recipe = fileURLToPath(new URL('./build/', import.meta.url));

const KUBERNETES = 'v1.34.4';
const KWOK = 'sigs.k8s.io/kwok/cmd/kwok@v0.7.0';
const HELM = 'helm.sh/helm/v3/cmd/helm@v3.19.2';
/** Programs beside the control plane: nodes that only say that they are ready, and what the chart is compared with. */
const tools = { kwok: KWOK, helm: HELM };
type Tool = keyof typeof tools;
/** Modules that carry the CRDs of providers, and where in them these are. */
export const crdSources = [
  { module: 'sigs.k8s.io/gateway-api@v1.6.3', folder: 'config/crd/standard' },
  { module: 'istio.io/api@v1.31.4', folder: 'kubernetes' },
];
const components = [
  'etcd',
  'kube-apiserver',
  'kube-controller-manager',
  'kube-scheduler',
  'kube-proxy',
  'kubelet',
  'kubectl',
];

/** Where the programs of a control plane are, by name, and the CRDs of the providers. */
export interface Binaries {
  readonly folder: string;
  readonly path: (name: string) => string;
  /** Folder of YAML files. */
  readonly crds: string;
}

/**
 * The programs of the control plane and the tools that are needed beside it (all unless said otherwise), built from Go modules at
 * the first call on a machine (some minutes on two cores), and found in the user's cache folder from then on. The folder's name is a digest of everything that is built from.
 * Rejects with what to install when Go is missing, and with the compiler's words when a build fails.
 */
export async function ensureBinaries(
  say: (line: string) => void,
  needs: readonly Tool[] = ['kwok', 'helm'],
): Promise<Binaries> {
  const folder = join(cacheRoot(), 'sluice', 'controlplane', digestOfRecipe());
  if (!existsSync(folder)) await build(folder, say);
  for (const tool of needs) if (!existsSync(join(folder, 'bin', tool))) await buildTool(folder, tool, say);
  return { folder, path: (name) => join(folder, 'bin', name), crds: join(folder, 'crds') };
}

/** Folder for what is built once on a machine. */
export function cacheRoot(): string {
  return process.env['XDG_CACHE_HOME'] || join(homedir(), '.cache');
}

function digestOfRecipe(): string {
  const hash = createHash('sha256').update([KUBERNETES, KWOK, HELM, JSON.stringify(crdSources)].join('\n'));
  for (const file of readdirSync(recipe).sort()) hash.update(readFileSync(join(recipe, file)));
  return hash.digest('hex').slice(0, 16);
}

async function build(folder: string, say: (line: string) => void): Promise<void> {
  const version = await run('go', ['env', 'GOVERSION']).catch(() => {
    throw new Error(
      'make e2e starts a control plane of its own, which is built from Go modules: install Go 1.24 or newer ' +
        '(https://go.dev/dl), or set KUBECONFIG to a cluster that may be used for tests',
    );
  });
  await mkdir(join(folder, '..'), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  const started = Date.now();
  say(`building Kubernetes ${KUBERNETES} with ${version.stdout.trim()}, once on this machine: some minutes`);
  try {
    await fill(draft, say);
    // Another run may have been faster; its result is as good
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  say(`built in ${Math.round((Date.now() - started) / 1000)} s, kept in ${folder}`);
}

async function buildTool(folder: string, tool: Tool, say: (line: string) => void): Promise<void> {
  const draft = await mkdtemp(`${folder}.`);
  say(`building ${tools[tool]}`);
  try {
    await go(['install', '-ldflags', '-s -w', tools[tool]], { GOBIN: draft });
    await rename(join(draft, tool), join(folder, 'bin', tool));
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function fill(draft: string, say: (line: string) => void): Promise<void> {
  const bin = join(draft, 'bin');
  await mkdir(bin);
  await go(['build', '-ldflags', linkerFlags(), '-o', join(bin, 'controlplane'), '.'], { cwd: recipe });
  for (const name of components) await symlink('controlplane', join(bin, name));
  await mkdir(join(draft, 'crds'));
  for (const { module, folder: inside } of crdSources) {
    say(`getting the CRDs of ${module}`);
    const { stdout } = await go(['mod', 'download', '-json', module], { cwd: draft });
    const { Dir } = JSON.parse(stdout) as { Dir: string };
    await cp(join(Dir, inside), join(draft, 'crds', module.replaceAll('/', '_')), { recursive: true });
  }
}

function go(argv: readonly string[], where: { cwd?: string; GOBIN?: string }): Promise<{ stdout: string }> {
  const { cwd, ...extra } = where;
  const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath -buildvcs=false', GOWORK: 'off', ...extra };
  return run('go', [...argv], { env, ...(cwd === undefined ? {} : { cwd }), maxBuffer: 64 * 1024 * 1024 });
}

/** The version that the components say they are of, as a release's build sets it. */
function linkerFlags(): string {
  const [major, minor] = KUBERNETES.slice(1).split('.');
  const facts = {
    gitVersion: KUBERNETES,
    gitMajor: major,
    gitMinor: minor,
    gitTreeState: 'clean',
    gitCommit: '0'.repeat(40),
    buildDate: '2026-01-01T00:00:00Z',
  };
  const packages = ['k8s.io/component-base/version', 'k8s.io/client-go/pkg/version'];
  const sets = packages.flatMap((each) => Object.entries(facts).map(([name, value]) => `-X ${each}.${name}=${value}`));
  return `-s -w ${sets.join(' ')}`;
}
