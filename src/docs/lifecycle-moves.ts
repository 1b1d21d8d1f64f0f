import { type Phase, phases, type Stage, stages } from '../api/status.ts';
import { canaryMachine, type MachineEvent, type Progress, step } from '../canary/machine.ts';

/** An event that a stage answers to, and where it leads. */
export interface Move {
  readonly from: Stage;
  readonly event: MachineEvent['type'];
  readonly to: Stage;
}

const beginning: Progress = {
  phase: 'Initializing',
  canaryWeight: 0,
  failedChecks: 0,
  iterations: 0,
  step: 0,
  traffic: { canary: 0, mirror: false },
  failure: undefined,
  askedFrom: undefined,
  number: 0,
};

/** Every way between stages, by stage and then in the order in which the machine lists them. */
export function moves(): readonly Move[] {
  return stages.flatMap((from) =>
    canaryMachine.getStateNodeById(`canary.${from}`).ownEvents.map((event) => ({
      from,
      event: event as MachineEvent['type'],
      to: step(from, beginning, sample(event as MachineEvent['type'])).stage,
    })),
  );
}

/** The phases that a Canary can show in each stage: all that are met on the ways from the beginning, in their usual order. */
export function phasesByStage(): ReadonlyMap<Stage, readonly Phase[]> {
  const all = moves();
  const seen = new Map<Stage, Set<Phase>>();
  const reached = new Set<string>();
  const open: { stage: Stage; progress: Progress }[] = [{ stage: 'creating', progress: beginning }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { stage, progress } = next;
    const mark = `${stage} ${progress.phase} ${progress.askedFrom}`;
    if (reached.has(mark)) continue;
    reached.add(mark);
    seen.set(stage, (seen.get(stage) ?? new Set()).add(progress.phase));
    for (const { from, event } of all) if (from === stage) open.push(step(stage, progress, sample(event)));
  }
  return new Map([...seen].map(([stage, met]) => [stage, phases.filter((phase) => met.has(phase))]));
}

/** An event of a type, with values that any run could have. */
function sample(type: MachineEvent['type']): MachineEvent {
  switch (type) {
    case 'advanced':
      return { type, canary: 10, mirror: false, weight: 10, iterations: 0 };
    case 'returnStepped':
      return { type, canary: 10 };
    case 'runFailed':
    case 'primaryDied':
      return { type, why: 'a sample' };
    case 'promotionFailed':
      return { type, why: 'a sample', canary: 100 };
    default:
      return { type };
  }
}
