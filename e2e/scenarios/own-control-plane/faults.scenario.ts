import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ensureBinaries } from '../../cluster/binaries.ts';
import { type ControlPlane, startControlPlane } from '../../cluster/control-plane.ts';
import { type Dice, diceOf } from '../../faults/dice.ts';
import { leaderSleeps, rivals } from '../../faults/election.ts';
import * as faults from '../../faults/faults.ts';
import { Fleet } from '../../faults/fleet.ts';
import { tableOf } from '../../faults/table.ts';
import { type Outcome, play } from '../../faults/wave.ts';
import { kubectlFor } from '../../lab/kubectl.ts';

const RUNS = 50;
const seed = Number(process.env['FAULTS_SEED'] ?? Date.now() % 1_000_000);

/** On a control plane of their own, because they break it. */
describe(`${RUNS} runs at once end right`, () => {
  let plane: ControlPlane;
  let fleet: Fleet;
  let dice: Dice;
  const outcomes: Outcome[] = [];

  beforeAll(async () => {
    const binaries = await ensureBinaries(console.log);
    plane = await startControlPlane({ binaries, controllers: 'all', nodes: true, audit: true, administrators: rivals });
    const kubectl = kubectlFor(binaries.path('kubectl'), plane.kubeconfig);
    kubectl('apply', '--server-side', '--recursive', '-f', binaries.crds);
    kubectl('apply', '--server-side', '-k', 'deploy/kustomize/crds');
    fleet = await Fleet.open(plane, RUNS);
    dice = diceOf(seed);
  });
  afterAll(async () => {
    console.log(`faults and outcomes, FAULTS_SEED=${seed}\n${tableOf(outcomes)}`);
    await fleet?.close();
    await plane?.stop();
  });

  const only = process.env['FAULTS_ONLY'];
  const all = [
    faults.none,
    faults.controllerDies,
    faults.apiServerDies,
    faults.storeDies,
    faults.historyIsGone,
    faults.connectionsBreak,
    faults.serverIsBusy,
    faults.hooksAreSlow,
    faults.admissionIsSlow,
    faults.clockJumps,
    leaderSleeps,
  ].filter((f) => only === undefined || new RegExp(only).test(f.name));

  test.each(all)('although: $name', async (fault) => {
    const outcome = await play(fleet, fault, dice);
    outcomes.push(outcome);
    const problems = [...outcome.runs].flatMap(([name, { problems }]) => problems.map((each) => `${name}: ${each}`));
    expect(problems, `FAULTS_SEED=${seed}`).toEqual([]);
    expect(outcome.code, 'the controller ends in order when it is told to').toBe(0);
    const untold = [...outcome.runs].flatMap(([name, run]) => run.untold.map((each) => `${name}: ${each}`));
    if (!fault.mayForget) expect(untold, `FAULTS_SEED=${seed}`).toEqual([]);
    else console.log(untold);
  });
});
