import type { CanaryStatus } from '../../../api/status.ts';
import { ControllerView, InjectedFault, type WriteFate } from './controller-view.ts';
import { Director } from './director.ts';
import { type Ending, endingOf } from './ending.ts';
import { playGateway } from './gateway-life.ts';
import { Inspector } from './inspector.ts';
import { MemoryApi } from './memory-api.ts';
import { PastTemplates } from './past-templates.ts';
import { PodLifes } from './pod-life.ts';
import { startProcess } from './process.ts';
import { ScriptedAnswers } from './scripted-answers.ts';
import { DEADLINE_SECONDS, type Fault, type Story } from './story.ts';
import { mortal, StoryClock } from './story-clock.ts';
import { objectsOfStory } from './story-objects.ts';

const RESTART_MS = 2_000;
const WRITES_LIMIT = 1_500;
/** A world in which nothing changed for longer than any wait isn't waiting any more. */
const STILL_MS = (DEADLINE_SECONDS + 160) * 1000;

/** What goes wrong besides what the story tells. */
export interface Disturbance {
  readonly faults: readonly Fault[];
  /** The controller dies at its n-th write; a new one starts two seconds later. */
  readonly death: { readonly write: number; readonly when: 'before' | 'after' } | undefined;
}

export const undisturbed: Disturbance = { faults: [], death: undefined };

export interface Played {
  readonly writes: number;
  /** Properties that were broken. */
  readonly faults: readonly string[];
  readonly ending: Ending;
  /** What was written, for people. */
  readonly trace: () => readonly string[];
}

/** Plays a story from the first sight of the Canary until nothing is left to be done, or its time is over. */
export async function play(story: Story, { faults, death }: Disturbance): Promise<Played> {
  const clock = new StoryClock();
  const now = () => clock.now();
  const api = new MemoryApi(now);
  const answers = new ScriptedAnswers(story, now);
  const inspector = new Inspector(story, { api, answers, now });
  const past = new PastTemplates(api, 'web');
  const lifes = new PodLifes(api, clock, story);
  playGateway(api, clock, story.gateway);
  const director = new Director(story, { api, clock, lifes });
  api.onChange(({ object }) => {
    if (object.kind === 'Canary')
      answers.stateChanged((object['status'] as CanaryStatus | undefined)?.run?.number ?? 0);
  });
  const trace: (() => string)[] = [];
  let writes = 0;
  let lastChange = 0;
  api.onChange(() => {
    lastChange = now();
  });
  const faultAt = new Map(faults.map(({ write, kind }) => [write, kind]));
  const fate = (): WriteFate => {
    writes += 1;
    if (death?.write === writes) return death.when === 'before' ? 'diesBefore' : 'diesAfter';
    return faultAt.get(writes) ?? 'done';
  };
  const start = () => {
    const view: ControllerView = new ControllerView({
      api,
      past,
      clock,
      lagMs: story.lagMs,
      fate,
      onWrite(write, seenBy) {
        const [number, at] = [writes, now()];
        trace.push(() => `${number} ${line(at, write.verb, write.after, write.status)}`);
        inspector.look(write, seenBy);
      },
      onDeath: () => void clock.after(RESTART_MS, start),
    });
    const onError = (error: unknown) => {
      if (error instanceof InjectedFault) return;
      inspector.fault(`threw ${error instanceof Error ? error.stack : error}`);
    };
    void startProcess({ view, clock: mortal(clock, () => view.alive()), answers, onError });
  };
  for (const object of objectsOfStory(story)) api.create(object);
  await clock.runToRest(5_000, () => false);
  start();
  const rested = await clock.runToRest(limitMs(story), () => writes > WRITES_LIMIT || now() - lastChange > STILL_MS);
  if (writes > WRITES_LIMIT) inspector.fault('writes without end');
  const ending = endingOf(story, { api, rested: rested && now() - lastChange <= STILL_MS, deeds: director.done });
  return { writes, faults: [...inspector.faults, ...ending.faults], ending, trace: () => trace.map((each) => each()) };
}

/** Long enough for everything that may happen once per deed to happen after each of them. */
function limitMs({ intervalSeconds, metrics, hooks, threshold, scenes, strategy, returnStep, faults }: Story): number {
  const steps =
    strategy.kind === 'list'
      ? strategy.stepWeights.length
      : strategy.kind === 'linear'
        ? Math.ceil(strategy.maxWeight / strategy.stepWeight)
        : strategy.iterations;
  const refusals = [...metrics.map(({ verdicts }) => verdicts.length), ...hooks.map(({ answers }) => answers.length)];
  const returns = returnStep > 0 ? 100 / returnStep : 1;
  const intervals =
    Math.max(steps, 11) + threshold + refusals.reduce((sum, n) => sum + n, 0) + returns + faults.length + 6;
  return (scenes.length + 2) * (intervals * Math.max(intervalSeconds, 60) + 4 * DEADLINE_SECONDS + 120) * 1000;
}

function line(
  now: number,
  verb: string,
  object: { kind: string; metadata: { name: string } },
  isStatus: boolean,
): string {
  const time = new Date(now).toISOString().slice(11, 23);
  const head = `${time} ${verb} ${object.kind} ${object.metadata.name}`;
  if (!isStatus) return head;
  const { phase, run, failedChecks, next } = (object as { status?: CanaryStatus }).status ?? {};
  return `${head}: ${phase} ${run?.stage} run ${run?.number} step ${run?.step} weight ${run?.traffic.canary} failed ${failedChecks}; ${next?.why}`;
}
