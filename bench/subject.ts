import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A controller that is measured. */
export interface Subject {
  readonly name: string;
  /** Program and first arguments; flags come behind. */
  readonly command: readonly string[];
  /** It is ours: it takes the flags that the reference doesn't have, and can be told to collect its garbage. */
  readonly isOurs: boolean;
}

const built = new URL('../dist/src/cli/main.js', import.meta.url).href;

/** What Node takes by itself in a container of 512 MiB, the limit in `deploy/`: a heap of half of that. */
const heapLimits = ['--max-old-space-size=256', '--max-semi-space-size=1'];

/**
 * Our controller as it is deployed: built, without sources that Node would have to strip of their types, and with the heap of
 * its container. On SIGUSR2 it collects its garbage and prints `heap <bytes>`: what is really in use. `remove` takes the
 * launcher away again.
 */
export function ourselves(): { readonly subject: Subject; remove(): void } {
  const folder = mkdtempSync(join(tmpdir(), 'sluice-bench-'));
  const launcher = join(folder, 'run.mjs');
  writeFileSync(
    launcher,
    `process.on('SIGUSR2', () => {
  gc(); gc();
  const { heapUsed, external } = process.memoryUsage();
  console.log('heap ' + (heapUsed + external));
});
process.exitCode = await (await import(${JSON.stringify(built)})).main(process.argv.slice(2));
`,
  );
  return {
    subject: {
      name: 'sluice',
      command: [process.execPath, ...heapLimits, '--expose-gc', launcher, 'run'],
      isOurs: true,
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/**
 * Another controller, from the environment variable `PEER_CMD`: a command line for the shell, such as `/opt/flagger` or
 * `node other.js run`. It is called with flags of the reference behind it, `-kubeconfig=… -port=… -log-level=error
 * -mesh-provider=gatewayapi:v1 -metrics-server=http://… -kubeconfig-qps=… -kubeconfig-burst=… [-namespace=…]`, on the same
 * API server as ours and after it, serves `/metrics` on its port, and is ended by SIGTERM to its process group.
 * `undefined` when the variable is empty.
 */
export function peerFrom(environment: Readonly<Record<string, string | undefined>>): Subject | undefined {
  const command = environment['PEER_CMD']?.trim();
  if (!command) return undefined;
  // The shell hands its process over, so that what is measured and ended is the controller
  return { name: 'peer', command: ['/bin/sh', '-c', `exec ${command} "$@"`, 'sh'], isOurs: false };
}
