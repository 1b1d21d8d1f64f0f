import { Argument, type Command } from 'commander';
import { GATE, type GateState, sayerOf } from '../api/steering.ts';
import type { KubeObject } from '../kube/object.ts';
import { nearest } from '../nearest.ts';
import { canaryRemedy } from './canary-remedy.ts';
import { type AccessFlags, type ManagedCluster, manageCluster } from './cluster-access.ts';
import { gatesOf, gateTypes, viewOf } from './gates.ts';
import { asked, renderGates } from './render-gates.ts';
import { readCanary, say, titleOf } from './steered-canary.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { execute, verbCommand, withAccessFlags, withCluster } from './verb-command.ts';

interface Flags extends AccessFlags {
  readonly namespace?: string;
}

/** What an action makes of a gate, and what is told of it. */
const actions = {
  open: { word: 'open', told: 'open' },
  close: { word: 'closed', told: 'closed' },
  approve: { word: 'approved', told: 'approved for one request' },
} as const satisfies Readonly<Record<string, { readonly word: GateState; readonly told: string }>>;
type Action = keyof typeof actions;

const examples = `
A gate is a hook of type ${gateTypes.slice(0, 2).join(', ')} or ${gateTypes[2]} without url. It is closed until somebody
opens it: open lets everything through until it is closed, approve lets one request through.

Examples:
  sluice gate list podinfo -n test
  sluice gate approve podinfo qa -n test
`;

/** `sluice gate list|open|close|approve CANARY [GATE]`: gates that people open by hand. Resolves with the exit code. */
export async function gate(
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
  open = manageCluster,
): Promise<number> {
  const program = withAccessFlags(verbCommand('gate', 'Shows and sets the gates of a canary.', terminal))
    .addArgument(new Argument('<action>', 'what to do').choices(['list', ...Object.keys(actions)]))
    .argument('<canary>', 'name of the Canary')
    .argument('[gate]', 'name of the gate; for all but list')
    .addHelpText('after', examples)
    .action((action: Action | 'list', canary: string, name: string | undefined, flags: Flags, command: Command) => {
      if (action !== 'list' && name === undefined) command.error(`error: missing required argument 'gate'`);
      return withCluster(open(flags, 'sluice-cli'), async (cluster) => {
        const object = await readCanary(cluster, canary, flags);
        if (action === 'list' || name === undefined) return list(object, terminal);
        await set(cluster, object, { action, name }, terminal);
      });
    });
  return execute(program, argv, terminal, canaryRemedy);
}

function list(canary: KubeObject, terminal: Terminal): void {
  const gates = gatesOf(canary);
  if (gates.length === 0) terminal.err(`${titleOf(canary)} has no gates; ${howToGetOne}\n`);
  else terminal.out(renderGates(canary, gates, terminal.now(), terminal.style));
}

async function set(
  cluster: ManagedCluster,
  canary: KubeObject,
  { action, name }: { readonly action: Action; readonly name: string },
  terminal: Terminal,
): Promise<void> {
  const refused = whyNot(canary, name);
  if (refused !== undefined) throw new Error(refused);
  const { word, told } = actions[action];
  const { state, said } = viewOf(canary, name);
  // An approval of an open gate would close it
  const isSo = state === word || (state === 'open' && word === 'approved') || (state === 'used' && word === 'closed');
  if (isSo) {
    const present = state === 'used' ? 'closed, since its approval is used up' : state;
    const by = said && state !== 'used' ? ` by ${sayerOf(said)}` : '';
    return terminal.out(`${titleOf(canary)}: gate ${name} is ${present} already${by}\n`);
  }
  await say(cluster, canary, { key: GATE + name, word, told: `gate ${name} is ${told}` }, terminal);
}

const howToGetOne = `a webhook of type ${gateTypes.join(' | ')} without url in spec.analysis.webhooks is one`;

/** Why a gate can't be set by hand, and what to do; `undefined` when it can. */
function whyNot(canary: KubeObject, name: string): string | undefined {
  const gates = gatesOf(canary);
  const builtIn = [...new Set(gates.filter(({ url }) => url === undefined).map((each) => each.name))];
  if (builtIn.includes(name)) return undefined;
  const called = gates.find((each) => each.name === name);
  if (called?.url !== undefined) {
    return `gate ${name} of ${titleOf(canary)} ${asked(called.url)} over HTTP and can't be set by hand: let that answer, or remove its url`;
  }
  if (builtIn.length === 0) return `${titleOf(canary)} has no gate that is set by hand; ${howToGetOne}`;
  const meant = nearest(name, builtIn);
  const hint = meant === undefined ? '' : `did you mean ${meant}? `;
  return `${titleOf(canary)} has no gate ${JSON.stringify(name)}; ${hint}it has ${builtIn.join(', ')}`;
}
