import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';

export const program = fileURLToPath(new URL('../../src/bin.js', import.meta.url));

/** Runs a `sluice` command as a user of `kubeconfig` would. Resolves with its exit code and all that it printed. */
export function sluice(kubeconfig: string, argv: readonly string[]): Promise<{ code: number; output: string }> {
  const env = { ...process.env, KUBECONFIG: kubeconfig, NO_COLOR: '1' };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [program, ...argv], { env }, (_error, stdout, stderr) => {
      resolve({ code: child.exitCode ?? 1, output: stdout + stderr });
    });
  });
}
