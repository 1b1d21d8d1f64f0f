import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBinaries } from '../../cluster/binaries.ts';
import { closeAll } from '../../cluster/close-all.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts';
import { type Dice, diceOf } from '../../faults/dice.ts';
import { leaderSleeps, rivals } from '../../faults/election.ts';
import * as faults from '../../faults/faults.ts';
import { Fleet } from '../../faults/fleet.ts';
import { tableOf } from '../../faults/table.ts';
import { type Fault, type Outcome, play } from '../../faults/wave.ts';
import { kubectlFor } from '../../lab/kubectl.ts';

const RUNS = 50;
/** The same seed strikes at the same points; which run is where by then is up to the machine. */
const seed = Number(process.env['FAULTS_SEED'] ?? Date.now() % 1_000_000);

const aroundTheController: readonly Fault[] = [
  faults.none,
  faults.controllerDies,
  faults.connectionsBreak,
  faults.serverIsBusy,
  faults.hooksAreSlow,
  faults.admissionIsSlow,
  faults.clockJumps,
];
const ofTheControlPlane: readonly Fault[] = [faults.apiServerDies, faults.storeDies, faults.historyIsGone];

/** On a control plane of their own, because they break it. */
describe(`${RUNS} runs at once end right`, () => {
  let plane: ControlPlane;
  let fleet: Fleet;
  let asleep: Promise<Outcome>;
  const dice: Dice = diceOf(seed);
  const fleets: Fleet[] = [];
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    const binaries = await ensureBinaries(console.log);
    plane = await startControlPlane({
      binaries,
      controllers: 'all',
      nodes: true,
      audit: true,
      administrators: rivals,
    });
    const kubectl = kubectlFor(binaries.path('kubectl'), plane.kubeconfig);
    kubectl('apply', '--server-side', '--recursive', '-f', binaries.crds);
    kubectl('apply', '--server-side', '-k', 'deploy/kustomize/crds');
    fleet = await Fleet.open(plane, RUNS);
    fleets.push(fleet);
    const other = await Fleet.open(plane, RUNS);
    fleets.push(other);
    // A Lease is for a minute, in which nothing happens: the others have their turn meanwhile
    asleep = play(other, leaderSleeps, diceOf(seed + 1));
    asleep.catch(() => {});
  });
  afterAll(async () => {
    console.log(`faults and outcomes, FAULTS_SEED=${seed}\n${tableOf(outcomes)}`);
    await closeAll(...fleets.map((each) => () => each.close()), () => plane?.stop());
  });

  test.each(aroundTheController)('although: $name', async (fault) => right(fault, await play(fleet, fault, dice)));

  test(`although: ${leaderSleeps.name}`, async () => right(leaderSleeps, await asleep));

  test.each(ofTheControlPlane)('although: $name', async (fault) => right(fault, await play(fleet, fault, dice)));

  function right(fault: Fault, outcome: Outcome): void {
    outcomes.push(outcome);
    const told = (kind: 'problems' | 'untold') =>
      [...outcome.runs].flatMap(([name, run]) => run[kind].map((each) => `${name}: ${each}`));
    expect(told('problems'), `FAULTS_SEED=${seed}`).toEqual([]);
    expect(told('untold'), `FAULTS_SEED=${seed}`).toEqual([]);
    expect(outcome.code, 'the controller ends in order when it is told to').toBe(0);
    if (fault !== faults.none) expect(outcome.blows, 'the fault has struck').toBeGreaterThan(0);
  }
});
