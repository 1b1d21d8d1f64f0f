import { execFileSync } from 'node:child_process';

/** Runs kubectl as an administrator of the cluster; `program` is its path. Returns what it printed; throws when it fails. */
export function kubectlFor(program: string, kubeconfig: string): (...argv: string[]) => string {
  return (...argv) =>
    execFileSync(program, [`--kubeconfig=${kubeconfig}`, ...argv], {
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'inherit'],
    });
}
