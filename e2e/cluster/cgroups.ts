import { existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pause, systemClock } from '../../src/runtime/clock.ts';

const ROOT = '/sys/fs/cgroup';
const GONE_WITHIN_MS = 15_000;

/** Folders that cgroups are made in: one with cgroup v2, one per controller with v1. */
export function hierarchies(): string[] {
  if (existsSync(join(ROOT, 'cgroup.controllers'))) return [ROOT];
  if (!existsSync(ROOT)) return [];
  const folders = readdirSync(ROOT, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return folders.map((entry) => join(ROOT, entry.name)).filter((folder) => existsSync(join(folder, 'cgroup.procs')));
}

/** Makes a cgroup in every hierarchy. Those of kubelets must differ, or they remove each other's pods. */
export function makeCgroup(name: string): void {
  for (const hierarchy of hierarchies()) {
    mkdirSync(join(hierarchy, name));
    // With v1 these begin empty, and nothing can run there
    for (const file of ['cpuset.cpus', 'cpuset.mems']) {
      const own = join(hierarchy, name, file);
      if (!existsSync(join(hierarchy, file)) || !existsSync(own)) continue;
      writeFileSync(own, readFileSync(join(hierarchy, file)));
    }
  }
}

/** Removes a cgroup and all below it, when the processes in it are gone; rejects when some remain. */
export async function removeCgroup(name: string): Promise<void> {
  const deadline = Date.now() + GONE_WITHIN_MS;
  for (const hierarchy of hierarchies()) {
    const folder = join(hierarchy, name);
    while (existsSync(folder) && !removed(folder)) {
      if (Date.now() > deadline) throw new Error(`${folder} can't be removed: processes of the node are still there`);
      await pause(systemClock, 50);
    }
  }
}

function removed(folder: string): boolean {
  try {
    for (const entry of readdirSync(folder, { withFileTypes: true })) {
      if (entry.isDirectory() && !removed(join(folder, entry.name))) return false;
    }
    rmdirSync(folder);
    return true;
  } catch {
    return false;
  }
}
