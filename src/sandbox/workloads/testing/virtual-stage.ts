import { settle, VirtualClock } from '../../../runtime/virtual-clock.ts';
import { type SimulatedRunnerOptions, simulatedRunner } from '../simulated-runner.ts';
import { isRolledOut, workloadStage } from './stage.ts';

/** Rounds without a write after which the controllers count as done. */
const QUIET_ROUNDS = 3;
const ROLLOUT_LIMIT_MS = 120_000;

/** A stage on the virtual clock, with pods that are simulated. */
export async function virtualStage(options: Omit<SimulatedRunnerOptions, 'clock'> = {}) {
  const clock = new VirtualClock();
  const stage = await workloadStage(clock, simulatedRunner({ clock, ...options }));

  /** Lets the controllers finish what can be done at this instant. */
  async function calm(): Promise<void> {
    let revision = -1;
    for (let quiet = 0; quiet < QUIET_ROUNDS; quiet++) {
      await settle();
      if (stage.server.revision() !== revision) quiet = 0;
      revision = stage.server.revision();
    }
  }
  return {
    ...stage,
    clock,
    /** Moves the time, and begins and ends with calm. */
    async advance(ms: number): Promise<void> {
      await calm();
      await clock.advance(ms);
      await calm();
    },
    async rolledOut(name = 'web'): Promise<boolean> {
      await calm();
      return clock.runUntil(() => isRolledOut(stage.deployment(name)), ROLLOUT_LIMIT_MS);
    },
  };
}
