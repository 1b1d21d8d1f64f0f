import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { cacheRoot } from './binaries.ts';

const run = promisify(execFile);
const webSource = fileURLToPath(new URL('./web/', import.meta.url));

/** What runs containers, and the libraries that a machine without them lacks. */
const packages = [
  ...['containerd', 'runc', 'containernetworking-plugins', 'libseccomp2'],
  ...['iptables', 'libxtables12', 'libip4tc2', 'libip6tc2', 'libnftnl11', 'libmnl0'],
  ...['libnetfilter-conntrack3', 'libnfnetlink0'],
];
const iptables = ['iptables', 'ip6tables'].flatMap((name) => [name, `${name}-save`, `${name}-restore`]);

/** What a real node needs besides the programs of the control plane. */
export interface NodeTools {
  readonly path: (name: 'containerd' | 'ctr' | 'web') => string;
  /** Folder of CNI plugins. */
  readonly cni: string;
  /** Environment in which they find each other and their libraries. */
  readonly environment: Readonly<Record<string, string>>;
}

/**
 * Debian's container runtime, unpacked into the user's cache folder without being installed, and the program of the pods,
 * built with Go; both at the first call on a machine. Rejects with what is missing.
 */
export async function ensureNodeTools(say: (line: string) => void): Promise<NodeTools> {
  const folder = join(cacheRoot(), 'sluice', 'node', digest());
  if (!existsSync(folder)) await make(folder, say);
  const triplet = readdirSync(join(folder, 'usr/lib')).find((name) => name.includes('-linux-')) ?? '';
  const libraries = join(folder, 'usr/lib', triplet);
  const environment = {
    PATH: [join(folder, 'bin'), join(folder, 'usr/sbin'), join(folder, 'usr/bin'), process.env['PATH'] ?? ''].join(':'),
    LD_LIBRARY_PATH: libraries,
    XTABLES_LIBDIR: join(libraries, 'xtables'),
  };
  const path = (name: string) => join(folder, name === 'web' ? 'bin' : 'usr/bin', name);
  return { path, cni: join(folder, 'usr/lib/cni'), environment };
}

function digest(): string {
  const hash = createHash('sha256').update(packages.join());
  for (const file of readdirSync(webSource).sort()) hash.update(readFileSync(join(webSource, file)));
  return hash.digest('hex').slice(0, 16);
}

async function make(folder: string, say: (line: string) => void): Promise<void> {
  say('unpacking containerd, runc, CNI plugins and iptables from Debian packages, once on this machine');
  await mkdir(join(folder, '..'), { recursive: true });
  const draft = await mkdtemp(`${folder}.`);
  try {
    await download(draft);
    for (const file of readdirSync(draft).filter((name) => name.endsWith('.deb'))) {
      await run('dpkg-deb', ['-x', join(draft, file), draft]);
      await rm(join(draft, file));
    }
    await mkdir(join(draft, 'bin'));
    for (const name of iptables) await symlink('../usr/sbin/xtables-nft-multi', join(draft, 'bin', name));
    const env = { ...process.env, CGO_ENABLED: '0', GOFLAGS: '-trimpath -buildvcs=false', GOWORK: 'off' };
    const output = join(draft, 'bin', 'web');
    await run('go', ['build', '-ldflags', '-s -w', '-o', output, '.'], { cwd: webSource, env });
    // Another run may have been faster; its result is as good
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(folder)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
}

async function download(folder: string): Promise<void> {
  const get = () => run('apt-get', ['download', ...packages], { cwd: folder });
  // Lists of packages may be missing or old
  await get().catch(async () => {
    await run('apt-get', ['update']);
    await get();
  });
}
