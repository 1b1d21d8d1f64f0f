import { readdirSync, readFileSync } from 'node:fs';

/** What a process group uses. Linux only. */
export interface Usage {
  /** Time on any core since the start, in milliseconds. */
  readonly cpuMs: number;
  readonly rssMiB: number;
}

/** Linux tells times in hundredths of a second and memory in pages of 4 KiB on every machine that this runs on. */
const TICK_MS = 10;
const PAGE_MIB = 4 / 1024;

/** Sums over the processes of a group that live now. */
export function usageOf(group: number): Usage {
  const stats = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((pid) => parseStat(statOf(pid)))
    .filter((stat) => stat?.group === group);
  return {
    cpuMs: stats.reduce((sum, stat) => sum + (stat?.cpuMs ?? 0), 0),
    rssMiB: stats.reduce((sum, stat) => sum + (stat?.rssMiB ?? 0), 0),
  };
}

/** Reads a line of `/proc/<pid>/stat`; the name in parentheses may hold anything. `undefined` when it is none. */
export function parseStat(line: string): (Usage & { readonly group: number }) | undefined {
  const fields = line
    .slice(line.lastIndexOf(')') + 2)
    .split(' ')
    .map(Number);
  const [group, user, system, pages] = [fields[2], fields[11], fields[12], fields[21]];
  if (group === undefined || user === undefined || system === undefined || pages === undefined) return undefined;
  return { group, cpuMs: (user + system) * TICK_MS, rssMiB: pages * PAGE_MIB };
}

/** Empty when the process has ended meanwhile. */
function statOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return '';
  }
}
