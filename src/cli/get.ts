import { Argument, Option } from 'commander';
import type { Kind, KubeObject } from '../kube/object.ts';
import { canaryRemedy } from './canary-remedy.ts';
import { type AccessFlags, openCluster } from './cluster-access.ts';
import { renderCanaries } from './render-canaries.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { execute, verbCommand, withAccessFlags, withCluster } from './verb-command.ts';

export const canaryKind: Kind = { apiVersion: 'flagger.app/v1beta1', kind: 'Canary' };

interface Flags extends AccessFlags {
  readonly namespace?: string;
  readonly allNamespaces?: boolean;
  readonly output?: 'wide' | 'json' | 'yaml';
}

/** `sluice get canaries`: a line per Canary, or the objects themselves. Resolves with the exit code. */
export async function get(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
  open = openCluster,
): Promise<number> {
  const command = withAccessFlags(
    verbCommand('get', 'Lists canaries: where each stands and what comes next.', terminal),
  )
    .addArgument(new Argument('<kind>', 'what to list').choices(['canaries', 'canary', 'cd']))
    .argument('[name]', 'a single one')
    .option('-A, --all-namespaces', 'of every namespace')
    .addOption(new Option('-o, --output <form>', 'another form').choices(['wide', 'json', 'yaml']))
    .action((_kind: string, name: string | undefined, flags: Flags) =>
      withCluster(open(flags), async ({ client, namespace: own }) => {
        const namespace = flags.namespace ?? own;
        const items = name
          ? [await client.get({ ...canaryKind, namespace, name })]
          : (await client.list(canaryKind, flags.allNamespaces ? {} : { namespace })).items;
        if (flags.output === 'json' || flags.output === 'yaml') {
          return terminal.out(await serialise(name ? items[0] : asList(items), flags.output));
        }
        if (items.length === 0) {
          const where = flags.allNamespaces ? 'any namespace' : `namespace ${namespace}`;
          return terminal.err(`no canaries in ${where}${flags.allNamespaces ? '' : '; -A looks in all of them'}\n`);
        }
        terminal.out(
          renderCanaries(items, terminal.now(), terminal.style, {
            wide: flags.output === 'wide',
            namespaces: flags.allNamespaces === true,
          }),
        );
      }),
    );
  return execute(command, argv, terminal, canaryRemedy);
}

/** JSON, indented, or YAML; ends with a newline. */
export async function serialise(value: unknown, form: 'json' | 'yaml'): Promise<string> {
  if (form === 'json') return `${JSON.stringify(value, null, 2)}\n`;
  const { stringify } = await import('yaml');
  return stringify(value);
}

function asList(items: readonly KubeObject[]): unknown {
  return { apiVersion: 'v1', kind: 'List', items: items.map((item) => ({ ...canaryKind, ...item })) };
}
