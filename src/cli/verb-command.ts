import { Command, CommanderError } from 'commander';
import { ApiError } from '../kube/errors.ts';
import type { OpenCluster } from './cluster-access.ts';
import type { Terminal } from './terminal.ts';

/** A commander command that writes to the terminal and throws instead of ending the process. */
export function verbCommand(name: string, summary: string, terminal: Terminal): Command {
  return new Command(name)
    .description(summary)
    .exitOverride()
    .configureOutput({ writeOut: (text) => terminal.out(text), writeErr: (text) => terminal.err(text) });
}

/** Flags of every command that reads from a cluster. */
export function withAccessFlags(command: Command): Command {
  return command
    .option('-n, --namespace <name>', 'namespace; that of the context unless given')
    .option('--kubeconfig <file>', 'kubeconfig to use instead of $KUBECONFIG or ~/.kube/config')
    .option('--context <name>', 'context of the kubeconfig');
}

/**
 * Parses, and runs the command's action: 0, or the code that `act` resolves with; 2 for wrong usage, which commander has
 * reported then; 1 for everything else, with one line that says what went wrong. `remedyFor` knows a way on for refusals of the
 * API server that mean something else to each verb.
 */
export async function execute(
  command: Command,
  argv: readonly string[],
  terminal: Terminal,
  remedyFor: (refusal: ApiError) => string | undefined = () => undefined,
): Promise<number> {
  try {
    await command.parseAsync([...argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const remedy = error instanceof ApiError ? remedyFor(error) : undefined;
    const what = error instanceof Error ? error.message : String(error);
    terminal.err(`sluice ${command.name()}: ${what}${remedy === undefined ? '' : `; ${remedy}`}\n`);
    return 1;
  }
}

/** Gives the cluster to `use` and closes it, however that ends. */
export async function withCluster<C extends Pick<OpenCluster, 'close'>, T>(
  opening: Promise<C>,
  use: (cluster: C) => Promise<T>,
): Promise<T> {
  const cluster = await opening;
  try {
    return await use(cluster);
  } finally {
    await cluster.close();
  }
}
