import fc from 'fast-check';
import { equalValues } from '../../../kube/compare.ts';
import { type Disturbance, type Played, play, undisturbed } from './play.ts';
import type { Story } from './story.ts';

/** Time for making a failing story small; it is printed as small as it got by then. */
const SHRINK_MS = 15_000;

/** What is wrong with a story, and how the play went that shows it. */
export interface Finding {
  readonly faults: readonly string[];
  readonly trace: () => readonly string[];
}

/** The story once as it is, and once with faults and a death on top: both must be sound and end the same. */
export async function sameEnd(story: Story): Promise<Finding> {
  const calm = await play(story, undisturbed);
  if (calm.faults.length > 0) return calm;
  const disturbance = disturbanceOf(story, calm.writes);
  if (disturbance.faults.length === 0 && !disturbance.death) return calm;
  return compared(calm, await play(story, disturbance), disturbance);
}

/** The story with its faults and its death; whatever it comes to must be sound. */
export async function soundPlay(story: Story): Promise<Finding> {
  return play(story, disturbanceOf(story, 60));
}

/** The story with a death before and after each single write; every play must be sound and end the same. */
export async function everyDeath(story: Story): Promise<Finding & { readonly plays: number; readonly phase: string }> {
  const calm = await play(story, undisturbed);
  let plays = 1;
  for (let write = 1; write <= calm.writes; write++) {
    for (const when of ['before', 'after'] as const) {
      const death = { faults: [], death: { write, when } };
      const finding = compared(calm, await play(story, death), death);
      plays += 1;
      if (finding.faults.length > 0) return { ...finding, plays, phase: calm.ending.phase };
    }
  }
  return { ...calm, plays, phase: calm.ending.phase };
}

function disturbanceOf({ faults, death }: Story, writes: number): Disturbance {
  return { faults, death: death && { write: 1 + Math.floor(death.at * writes), when: death.when } };
}

function compared(calm: Played, disturbed: Played, disturbance: Disturbance): Finding {
  const [before, after] = [calm.ending.world(), disturbed.ending.world()];
  const keys = [...new Set([...Object.keys(before), ...Object.keys(after)])];
  const differing = keys.filter((key) => !equalValues(before[key], after[key]));
  const how = JSON.stringify(disturbance);
  const differences = differing.map(
    (key) => `${how}: ${key} ends as ${JSON.stringify(after[key])} instead of ${JSON.stringify(before[key])}`,
  );
  return {
    faults: [...disturbed.faults.map((fault) => `${how}: ${fault}`), ...differences],
    trace: () => [...calm.trace().map((line) => `calm ${line}`), ...disturbed.trace()],
  };
}

export interface Exploration {
  readonly runs: number;
  readonly seed: number;
}

/** Tries random stories. `undefined`: all were sound; else all that is needed to play the smallest bad one again. */
export async function explore(
  stories: fc.Arbitrary<Story>,
  judge: (story: Story) => Promise<Finding>,
  { runs, seed }: Exploration,
): Promise<string | undefined> {
  const property = fc.asyncProperty(stories, async (story) => (await judge(story)).faults.length === 0);
  const first = await fc.check(property, { seed, numRuns: runs, endOnFailure: true });
  if (!first.failed) return undefined;
  const path = first.counterexamplePath ?? '';
  const small = await fc.check(property, { seed, path, interruptAfterTimeLimit: SHRINK_MS });
  const story = (small.counterexample ?? first.counterexample)?.[0];
  if (!story) throw new Error('a story failed, and then it did not');
  const { faults, trace } = await judge(story);
  return [
    `seed ${seed}, path ${small.counterexamplePath ?? path}`,
    JSON.stringify(story),
    ...faults,
    '',
    ...trace(),
  ].join('\n');
}
