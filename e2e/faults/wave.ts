import { systemClock } from '../../src/runtime/clock.ts';
import type { ControllerProcess } from '../lab/controller-process.ts';
import type { Dice } from './dice.ts';
import type { Fleet, Manner } from './fleet.ts';
import { type Judgement, judge } from './judge.ts';
import { hooks, type Member } from './members.ts';

/** Status writes of a run without faults, about; progress is measured in them. */
const WRITES_PER_RUN = 8;
const GRACE_MS = 30_000;

/** What a fault gets to hurt: the fleet while all its runs are under way. */
export interface Wave {
  readonly fleet: Fleet;
  readonly dice: Dice;
  /** The controller that is to be running at this time. */
  readonly controller: ControllerProcess;
  /** Resolves when a share of the work is done; of 1, when every run has ended. */
  readonly reach: (share: number) => Promise<void>;
  /** Starts another controller, which is `controller` from now on. */
  start(manner?: Manner): ControllerProcess;
}

export interface Fault {
  readonly name: string;
  /** How the controller of the wave is started. */
  readonly manner?: (dice: Dice) => Manner;
  /** Resolves with the number of its blows when the last one has fallen and the world is as it was. */
  strike(wave: Wave): Promise<number>;
}

/** What became of a wave. */
export interface Outcome {
  readonly fault: string;
  readonly runs: ReadonlyMap<string, Judgement>;
  readonly blows: number;
  readonly seconds: number;
  /** How the last controller ended when it was told to: its exit code. */
  readonly code: number | null;
}

/** Releases a version of every member, about half of them bad, lets the fault strike, and judges every run. */
export async function play(fleet: Fleet, fault: Fault, dice: Dice): Promise<Outcome> {
  try {
    return await played(fleet, fault, dice);
  } finally {
    await fleet.halt();
  }
}

async function played(fleet: Fleet, fault: Fault, dice: Dice): Promise<Outcome> {
  const startedAt = systemClock.now();
  const { lab, ledger } = fleet;
  const before = new Map(fleet.members.map(({ name }) => [name, lab.status(name)['lastAppliedSpec']]));
  const bad = new Set(fleet.members.filter(() => dice.oneIn(2)).map(({ name }) => name));
  lab.receivers.metrics = [{ match: new RegExp([...bad, 'nobody'].join('|')), value: 50 }];
  for (const id of Object.keys(lab.receivers.calls)) delete lab.receivers.calls[id];
  await ledger.open();
  const since = await fleet.etcd.revision();
  const wave = new RunningWave(fleet, dice, fault.manner?.(dice));
  const version = await fleet.release();
  const hasEnded = ({ name }: Member) => {
    const status = lab.status(name);
    const isOver = status['phase'] === 'Succeeded' || status['phase'] === 'Failed';
    return isOver && status['lastAppliedSpec'] !== before.get(name);
  };
  const over = fleet.until(() => fleet.members.every(hasEnded)).then(() => wave.end());
  const blows = await fault.strike(wave);
  await over;
  const ended = new Set(fleet.members.filter(hasEnded).map(({ name }) => name));
  await fleet.until(() => fleet.members.every(({ name }) => !ended.has(name) || lab.replicas(name) === 0), {
    patienceMs: 30_000,
  });
  // Whoever is told to stop says first what is still to be said
  const code = await stopped(wave.controller);
  await ledger.read();
  const events = await fleet.events(since);
  const runs = new Map(
    fleet.members.map((member) => {
      const { name } = member;
      const isGood = !bad.has(name);
      if (isGood) fleet.promoted.set(name, version);
      const judgement = judge({
        ...member,
        isGood,
        ended: ended.has(name),
        statuses: ledger.statuses(name),
        weights: ledger.weights(name),
        primary: { wanted: fleet.promoted.get(name) ?? '', found: lab.version(`${name}-primary`) },
        replicas: lab.replicas(name),
        events: events.get(name) ?? [],
        calls: Object.fromEntries(hooks.map((hook) => [hook, lab.receivers.calls[`${name}-${hook}`]?.length ?? 0])),
      });
      return [name, judgement];
    }),
  );
  return { fault: fault.name, runs, blows, code, seconds: (systemClock.now() - startedAt) / 1000 };
}

/** Whoever doesn't end in time is killed, as a kubelet does it, and has no exit code. */
async function stopped(controller: ControllerProcess): Promise<number | null> {
  const cancel = systemClock.after(GRACE_MS, () => void controller.kill());
  const code = await controller.stop();
  cancel();
  return code;
}

class RunningWave implements Wave {
  readonly fleet: Fleet;
  readonly dice: Dice;
  readonly #manner: Manner;
  readonly #from: number;
  #controller: ControllerProcess;
  readonly #over = new AbortController();

  constructor(fleet: Fleet, dice: Dice, manner: Manner = {}) {
    this.fleet = fleet;
    this.dice = dice;
    this.#manner = manner;
    this.#from = fleet.lab.statuses.length;
    this.#controller = fleet.start(manner);
  }

  get controller(): ControllerProcess {
    return this.#controller;
  }

  readonly reach = async (share: number): Promise<void> => {
    const writes = share * WRITES_PER_RUN * this.fleet.members.length;
    const reached = () => share < 1 && this.fleet.lab.statuses.length - this.#from >= writes;
    await this.fleet.until(reached, { signal: this.#over.signal });
  };

  start(manner = this.#manner): ControllerProcess {
    this.#controller = this.fleet.start(manner);
    return this.#controller;
  }

  end(): void {
    this.#over.abort();
  }
}
