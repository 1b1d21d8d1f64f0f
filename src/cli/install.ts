import { toYaml } from '../api/manifest.ts';
import type { Applied, Outcome } from '../install/apply.ts';
import { install as bringAbout, type Installation, rolledOut } from '../install/install.ts';
import { installedDeployment, isHelms } from '../install/installed.ts';
import { manifests } from '../install/manifests.ts';
import { type InstallOptions, leaseNamespaceOf, namesOf, providersOf, replicasOf } from '../install/options.ts';
import { defaultValues } from '../install/values.ts';
import type { ObjectRef } from '../kube/object.ts';
import { systemClock } from '../runtime/clock.ts';
import { hideCredentials } from '../runtime/url-credentials.ts';
import { type ManagedCluster, manageCluster } from './cluster-access.ts';
import {
  installOptions,
  type PlaceFlags,
  timeoutOption,
  type ValueFlags,
  withPlaceFlags,
  withValueFlags,
} from './install-flags.ts';
import { refuseRivals } from './refuse-rivals.ts';
import { type Colour, paint, processTerminal, type Terminal } from './terminal.ts';
import { execute, verbCommand, withCluster } from './verb-command.ts';

interface Flags extends PlaceFlags, ValueFlags {
  readonly export?: boolean;
  readonly dryRun?: boolean;
  readonly force?: boolean;
  readonly wait: boolean;
  readonly timeout: number;
}

const colours: Readonly<Record<Outcome, Colour>> = {
  created: 'green',
  configured: 'yellow',
  unchanged: 'dim',
  removed: 'red',
};

/** `sluice install`: the controller into a cluster, or its manifests as YAML. Resolves with the exit code. */
export async function install(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
  open = manageCluster,
): Promise<number> {
  const summary =
    'Installs the controller, or brings an installation up to date: the definitions of flagger.app, permissions for the ' +
    'chosen providers alone, and two replicas of which one works. Doing it again changes only what differs.';
  const command = withValueFlags(withPlaceFlags(verbCommand('install', summary, terminal)))
    .option('--export', 'only print the manifests; needs no cluster')
    .option('--dry-run', 'ask the API server what would change, and change nothing')
    .option('--no-wait', 'do not wait until the controller runs')
    .addOption(timeoutOption('how long to wait', 300_000, '5m'))
    .option('--force', 'also where another controller may look after the same canaries')
    .addHelpText('after', examples)
    .action(async (flags: Flags) => {
      const options = await installOptions(flags);
      noteImage(options, terminal);
      if (flags.export) return terminal.out(manifests(options).map(toYaml).join('---\n'));
      await withCluster(open(flags, 'sluice-install'), (cluster) => carryOut(cluster, options, flags, terminal));
    });
  return execute(command, argv, terminal);
}

const examples = `
Examples:
  sluice install --mesh-provider gatewayapi:v1 --metrics-server http://prometheus.monitoring:9090 \\
    --image registry.example.com/sluice:0.1.0
  sluice install --mesh-provider istio,nginx --image registry.example.com/sluice:0.1.0 --dry-run
  sluice install --image registry.example.com/sluice:0.1.0 --watch-namespace shop --export > sluice.yaml
  sluice install -f values-of-flagger.yaml --image registry.example.com/sluice:0.1.0 --set leaderElection.replicaCount=3
`;

async function carryOut(
  { client }: ManagedCluster,
  options: InstallOptions,
  flags: Flags,
  terminal: Terminal,
): Promise<void> {
  terminal.out(plan(options));
  await refuseHelms(client, options);
  if (!flags.force) await refuseRivals(client, options, options.values.namespace);
  const work: Installation = {
    client,
    clock: systemClock,
    options,
    dryRun: flags.dryRun === true,
    timeoutMs: flags.timeout,
    onApplied: ({ ref, outcome }: Applied) =>
      terminal.out(`  ${paint(outcome.padEnd(12), colours[outcome], terminal.style)}${inWords(ref)}\n`),
  };
  await bringAbout(work);
  if (work.dryRun) return terminal.out('\nNothing was changed: this was a dry run.\n');
  if (!flags.wait) return;
  terminal.out('\nWaiting until the controller runs …\n');
  const check = `sluice check -n ${options.namespace}${options.name === 'sluice' ? '' : ` --name ${options.name}`}`;
  if (await rolledOut(work))
    return terminal.out(`The controller runs. \`${check}\` says whether anything is missing.\n`);
  const pods = `kubectl -n ${options.namespace} describe pods -l app.kubernetes.io/instance=${options.name}`;
  throw new Error(`the controller did not run in time; \`${pods}\` says why`);
}

/** An image that can't be meant, as its name tells: the one that the values begin with is in no registry. */
function noteImage({ values: { image } }: InstallOptions, terminal: Terminal): void {
  if (/(^|\/)flagger$/.test(image.repository)) {
    terminal.err(`note: the image ${image.repository} is that of Flagger: name one of Sluice with --image\n`);
  }
  if (image.repository !== defaultValues().image.repository) return;
  terminal.err(
    `note: the image ${image.repository} names no registry: unless every node has it, build and push it, ` +
      'and name it with --image\n',
  );
}

/** What is about to be done, for people. */
function plan(options: InstallOptions): string {
  const { values } = options;
  const replicas = replicasOf(options);
  const lease = `one works, by the Lease flagger-leader-election in ${leaseNamespaceOf(options)}`;
  return [
    `Installing Sluice ${options.version} as ${namesOf(options).prefix} in ${options.namespace}`,
    `  looks after     ${values.namespace ? `namespace ${values.namespace}` : 'all namespaces'}`,
    `  routes with     ${providersOf(options).join(', ')}`,
    `  asks            ${hideCredentials(values.metricsServer)}`,
    `  replicas        ${replicas}${values.leaderElection.enabled ? `: ${lease}` : ''}`,
    '',
    '',
  ].join('\n');
}

/** Two installers would undo each other's work. */
async function refuseHelms(client: ManagedCluster['client'], options: InstallOptions): Promise<void> {
  const present = await installedDeployment(client, options);
  if (present && isHelms(present)) {
    throw new Error(`${options.name} was installed by Helm: use \`helm upgrade\`, or another --name`);
  }
}

/** `Deployment sluice-system/sluice` */
export function inWords({ kind, namespace, name }: ObjectRef): string {
  return `${kind} ${namespace === undefined ? '' : `${namespace}/`}${name}`;
}
