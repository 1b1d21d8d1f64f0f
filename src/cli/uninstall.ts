import { installedParts, isHelms } from '../install/installed.ts';
import { rivalsOf } from '../install/rivals.ts';
import { type Left, type Removal, uninstall as takeApart, unfinishedCanaries } from '../install/uninstall.ts';
import { watchedBy } from '../install/watched.ts';
import { refOf } from '../kube/object.ts';
import { systemClock } from '../runtime/clock.ts';
import { type ManagedCluster, manageCluster } from './cluster-access.ts';
import { inWords } from './install.ts';
import { type PlaceFlags, timeoutOption, withPlaceFlags } from './install-flags.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { execute, verbCommand, withCluster } from './verb-command.ts';

interface Flags extends PlaceFlags {
  readonly crds?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly timeout: number;
}

/** `sluice uninstall`: removes the controller; what serves goes on serving. Resolves with the exit code. */
export async function uninstall(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
  open = manageCluster,
): Promise<number> {
  const summary = 'Removes the controller and its permissions. What serves goes on serving.';
  const command = withPlaceFlags(verbCommand('uninstall', summary, terminal))
    .option('--crds', 'also the Canaries and the definitions of flagger.app; what Canaries own is set free first')
    .option('--dry-run', 'say what would be done, and do nothing')
    .option('--force', 'also while canaries are in the middle of a run; with --crds also without an installation')
    .addOption(timeoutOption('how long to wait for the controller to stop', 120_000, '2m'))
    .addHelpText('after', explanation)
    .action((flags: Flags) =>
      withCluster(open(flags, 'sluice-uninstall'), (cluster) => carryOut(cluster, flags, terminal)),
    );
  return execute(command, argv, terminal);
}

const explanation = `
What happens:
  1. The controller is stopped, so that nothing is decided any more.
  2. With --crds: primaries, Services, routes and copies of configs are taken out of the ownership of their Canary. Then the
     Canaries and the definitions are deleted; what was set free stays and serves.
  3. The parts of the installation are deleted: Deployment, permissions, Services, policies.

What remains without --crds: the definitions, every Canary, and all that belongs to it. The apex leads to the primary, as
between two releases. A new version of a target is not released any more, and its own Deployment stays at zero: to go back to
it, scale it up and let the Service and the routes select it before you delete the Canary.

The namespace remains too. While a canary is in the middle of a run nothing is removed, because traffic would stay divided.
`;

async function carryOut({ client }: ManagedCluster, flags: Flags, terminal: Terminal): Promise<void> {
  const { name, namespace, timeout: timeoutMs } = flags;
  const dryRun = flags.dryRun === true;
  const definitions = flags.crds === true;
  const parts = await installedParts(client, flags);
  if (parts.length === 0) refuseNothing(flags);
  if (parts.some(isHelms)) {
    throw new Error(
      `${name} was installed by Helm: \`helm uninstall ${name} -n ${namespace}\` removes it, and keeps canaries`,
    );
  }
  const { flaggers, sluices } = definitions
    ? await rivalsOf(client, { name, namespace })
    : { flaggers: [], sluices: [] };
  if (flaggers.length + sluices.length > 0) {
    const others = [...flaggers, ...sluices.map(({ where }) => where)].join(', ');
    throw new Error(`${others} still looks after canaries, which --crds would delete: remove it first`);
  }
  const within = definitions ? undefined : watchedBy(parts);
  const unfinished = flags.force ? [] : await unfinishedCanaries(client, within);
  if (unfinished.length > 0) {
    const list = unfinished.map(([{ metadata }, phase]) => `${metadata.namespace}/${metadata.name} (${phase})`);
    throw new Error(`canaries are in the middle of a run: ${list.join(', ')}; wait for them, or give --force`);
  }
  const work: Removal = {
    client,
    clock: systemClock,
    place: { name, namespace },
    definitions,
    dryRun,
    timeoutMs,
    onDone: (what, ref) => terminal.out(`  ${what.padEnd(10)}${inWords(ref)}\n`),
  };
  const left = await takeApart(work);
  terminal.out(`\n${remains(left, definitions, namespace)}`);
  if (dryRun) terminal.out('\nNothing was changed: this was a dry run.\n');
}

/** A place that was mistyped is no reason to delete every Canary; one whose installation is gone already may be one. */
function refuseNothing({ name, namespace, crds, force }: Flags): void {
  if (crds && force) return;
  const rest = crds ? '; with --force the Canaries and definitions are removed all the same' : '';
  throw new Error(`no installation ${name} was found in ${namespace}: name its place with -n and --name${rest}`);
}

function remains({ canaries, serving }: Left, definitions: boolean, namespace: string): string {
  const counts = new Map<string, number>();
  for (const { kind } of serving) counts.set(kind, (counts.get(kind) ?? 0) + 1);
  const objects = [...counts].map(([kind, count]) => `${count} ${kind}${count === 1 ? '' : 's'}`).join(', ');
  const lines = [
    `What remains`,
    ...(definitions ? [] : [`  canaries     ${canaries.length}, with their definitions`]),
    `  serving      ${objects || 'nothing that belongs to a canary'}`,
    ...(definitions ? serving.map((object) => `               ${inWords(refOf(object))}`) : []),
    `  namespace    ${namespace}`,
  ];
  return `${lines.join('\n')}\n`;
}
