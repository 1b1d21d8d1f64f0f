import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../src/bin.js', import.meta.url));

/** What came of a command. */
export interface Ran {
  readonly code: number;
  /** What it printed for other programs. */
  readonly stdout: string;
  /** All that it printed. */
  readonly output: string;
}

/** Runs a `sluice` command as a user of `kubeconfig` would. */
export function sluice(kubeconfig: string, argv: readonly string[]): Promise<Ran> {
  const env = { ...process.env, KUBECONFIG: kubeconfig, NO_COLOR: '1' };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...argv], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, stdout, output: stdout + stderr });
    });
  });
}
