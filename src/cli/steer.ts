import { COMMAND, type Command, PAUSE, sayerOf, steeringOf } from '../api/steering.ts';
import { isObeyed } from '../canary/obeyed.ts';
import type { KubeObject } from '../kube/object.ts';
import { canaryRemedy } from './canary-remedy.ts';
import { statusOf } from './canary-view.ts';
import { type AccessFlags, manageCluster } from './cluster-access.ts';
import { whyNoFailure, whyNoRelease } from './steer-refusals.ts';
import { placeOf, readCanary, type Saying, say, titleOf } from './steered-canary.ts';
import { processTerminal, type Terminal } from './terminal.ts';
import { execute, verbCommand, withAccessFlags, withCluster } from './verb-command.ts';

export type SteeringVerb = Command | 'pause' | 'resume';

interface Flags extends AccessFlags {
  readonly namespace?: string;
}

/** What comes of a verb for a Canary as it is: something to say, nothing since it is so already, or a refusal. */
type Outcome = { readonly say: Saying } | { readonly already: string } | { readonly refused: string };

interface Manner {
  readonly summary: string;
  readonly more: string;
  readonly on: (canary: KubeObject) => Outcome;
}

const manners: Readonly<Record<SteeringVerb, Manner>> = {
  promote: {
    summary: 'Promotes the new revision of a release under way, without what remains of its analysis.',
    more: 'Gates are passed as well. Only a canary that is not ready is waited for, and a pause does not hold it.',
    on: (canary) => command(canary, 'promote', 'promotion without the rest of the analysis was asked for'),
  },
  abort: {
    summary: 'Ends a release under way: all traffic goes back to the primary, and the phase becomes Failed.',
    more: '`sluice retry` tries the same revision again.',
    on: (canary) => command(canary, 'abort', 'the release is to be rolled back'),
  },
  skip: {
    summary: 'Does the next step of a release now, without its checks and gates.',
    more: 'The steps after it are measured as planned. In phase Waiting the step is the start of the release.',
    on: (canary) => command(canary, 'skip', 'the next step is to be taken without its checks and gates'),
  },
  retry: {
    summary: 'Releases the revision that failed once more.',
    more: 'Nothing of the target has to change for it.',
    on: (canary) => command(canary, 'retry', 'another release of the failed revision was asked for'),
  },
  pause: {
    summary: 'Holds a release where it is, with its traffic, until `sluice resume`; a release to come does not begin.',
    more: 'While it is paused nothing is measured, asked or counted. `sluice abort` and `sluice promote` still work.',
    on: pause,
  },
  resume: {
    summary: 'Lets a paused release go on.',
    more: 'It goes on with the step at which it was paused.',
    on: resume,
  },
};

/**
 * `sluice promote|abort|skip|retry|pause|resume CANARY`: asks it of the controller by an annotation. Resolves with the exit
 * code: 1 also when the Canary is in no phase for it, 0 when it was asked for already.
 */
export async function steer(
  verb: SteeringVerb,
  argv: readonly string[],
  terminal: Terminal = processTerminal(),
  open = manageCluster,
): Promise<number> {
  const { summary, more, on } = manners[verb];
  const program = withAccessFlags(verbCommand(verb, summary, terminal))
    .argument('<canary>', 'name of the Canary')
    .addHelpText('after', `\n${more}\n\nExample:\n  sluice ${verb} podinfo -n test\n`)
    .action((name: string, flags: Flags) =>
      withCluster(open(flags, 'sluice-cli'), async (cluster) => {
        const canary = await readCanary(cluster, name, flags);
        const outcome = on(canary);
        if ('refused' in outcome) throw new Error(outcome.refused);
        if ('already' in outcome) return terminal.out(`${titleOf(canary)}: ${outcome.already}\n`);
        await say(cluster, canary, outcome.say, terminal);
      }),
    );
  return execute(program, argv, terminal, canaryRemedy);
}

function command(canary: KubeObject, word: Command, told: string): Outcome {
  const status = statusOf(canary);
  const refused = word === 'retry' ? whyNoFailure(canary) : whyNoRelease(canary, word);
  if (refused !== undefined) return { refused };
  const { command: said } = steeringOf(canary);
  const revision = status.lastAppliedSpec;
  const isFor = said && 'word' in said && said.word === word && (said.revision ?? revision) === revision;
  if (isFor && !isObeyed(status, said)) return { already: `${word} was asked for already by ${sayerOf(said)}` };
  return { say: { key: COMMAND, word, told, revision } };
}

function pause(canary: KubeObject): Outcome {
  const resumes = `\`sluice resume ${placeOf(canary)}\``;
  const { pause: said } = steeringOf(canary);
  if (said) return { already: `paused already by ${sayerOf(said)}; ${resumes} lets it go on` };
  return { say: { key: PAUSE, word: 'pause', told: `paused until ${resumes}` } };
}

function resume(canary: KubeObject): Outcome {
  if (!steeringOf(canary).pause) return { already: 'not paused' };
  return { say: { key: PAUSE, word: null, told: 'goes on' } };
}
