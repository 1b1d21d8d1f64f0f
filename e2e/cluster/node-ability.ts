import { execFile } from 'node:child_process';
import { mkdirSync, rmdirSync } from 'node:fs';
import { promisify } from 'node:util';
import { hierarchies } from './cgroups.ts';

const run = promisify(execFile);

/** Commands that the node is made with. */
const commands = [
  ['unshare', '--version'],
  ['nsenter', '--version'],
  ['ip', '-V'],
  ['tar', '--version'],
  ['openssl', 'version'],
  ['apt-get', '--version'],
  ['dpkg-deb', '--version'],
  ['go', 'version'],
] as const;

/** Bridge, veth pairs and address translation in a network namespace, and mounts, which end with it. */
const isolation = [
  'mount -t tmpfs none /mnt',
  'ip link set lo up',
  'ip link add br-test type bridge',
  'ip link add veth-a type veth peer name veth-b',
  'echo 1 > /proc/sys/net/ipv4/ip_forward',
].join(' && ');

/** Why this machine can't run a real node with real pods; `undefined` when it can. Leaves nothing behind. */
export async function whyNoRealNode(): Promise<string | undefined> {
  if (process.platform !== 'linux') return `containers need Linux, this is ${process.platform}`;
  if (process.getuid?.() !== 0) return 'containers need root';
  for (const [command, flag] of commands) {
    if (!(await works(command, [flag]))) return `there is no ${command}`;
  }
  const isolated = ['-n', '-m', '-p', '-f', '--mount-proc', 'sh', '-c', isolation];
  if (!(await works('unshare', isolated))) return 'namespaces, bridges or veth pairs can’t be made here';
  return noCgroups();
}

function noCgroups(): string | undefined {
  const all = hierarchies();
  if (all.length === 0) return 'there is no cgroup hierarchy at /sys/fs/cgroup';
  for (const hierarchy of all) {
    const folder = `${hierarchy}/sluice-probe-${process.pid}`;
    try {
      mkdirSync(folder);
      rmdirSync(folder);
    } catch {
      return `cgroups can’t be made in ${hierarchy}`;
    }
  }
  return undefined;
}

function works(command: string, argv: readonly string[]): Promise<boolean> {
  return run(command, [...argv]).then(
    () => true,
    () => false,
  );
}
