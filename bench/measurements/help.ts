import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { budgets } from '../budgets.ts';
import type { Figure } from '../figure.ts';
import { quantile } from '../quantile.ts';

const bin = fileURLToPath(new URL('../../src/bin.js', import.meta.url));

/** How long a user waits for the help. */
export function measureHelp(): Figure[] {
  const times = Array.from({ length: 7 }, () => {
    const start = performance.now();
    const { status } = spawnSync(process.execPath, [bin, '--help']);
    if (status !== 0) throw new Error('sluice --help failed');
    return performance.now() - start;
  });
  return [{ what: 'sluice --help, median', value: quantile(times, 0.5), unit: 'ms', budget: budgets.helpMs }];
}
