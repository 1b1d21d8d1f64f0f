import { Argument, Option } from 'commander';
import type { KubeObject } from '../kube/object.ts';
import { canaryRemedy } from './canary-remedy.ts';
import { statusOf } from './canary-view.ts';
import { type AccessFlags, openCluster } from './cluster-access.ts';
import { canaryKind, serialise } from './get.ts';
import { renderExplain } from './render-explain.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { execute, verbCommand, withAccessFlags, withCluster } from './verb-command.ts';

interface Flags extends AccessFlags {
  readonly namespace?: string;
  readonly output?: 'json' | 'yaml';
}

/** `sluice explain canary NAME`: why it is where it is and what comes next. Resolves with the exit code. */
export async function explain(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
  open = openCluster,
): Promise<number> {
  const summary = 'Tells of one canary where it stands, why, and what comes next.';
  const command = withAccessFlags(verbCommand('explain', summary, terminal))
    .addArgument(new Argument('<kind>', 'what to explain').choices(['canary', 'canaries', 'cd']))
    .argument('<name>', 'which one')
    .addOption(new Option('-o, --output <form>', 'for machines').choices(['json', 'yaml']))
    .action((_kind: string, name: string, flags: Flags) =>
      withCluster(open(flags), async ({ client, namespace: own }) => {
        const object = await client.get({ ...canaryKind, namespace: flags.namespace ?? own, name });
        const text = flags.output
          ? await serialise(explanation(object), flags.output)
          : renderExplain(object, terminal.now(), terminal.style);
        terminal.out(text);
      }),
    );
  return execute(command, argv, terminal, canaryRemedy);
}

/** What is explained, as data. */
function explanation(object: KubeObject): unknown {
  const { name, namespace } = object.metadata;
  const { phase, canaryWeight, failedChecks, run, next, evidence, conditions } = statusOf(object);
  return { name, namespace, phase, canaryWeight, failedChecks, run, next, evidence, conditions };
}
