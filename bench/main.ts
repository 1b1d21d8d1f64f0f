import { ensureBinaries } from '../e2e/cluster/binaries.ts';
import { Cleanup } from './cleanup.ts';
import { type Figure, isBroken } from './figure.ts';
import { type Ground, openGround } from './ground.ts';
import { endInOrder } from './interruption.ts';
import { measureHelp } from './measurements/help.ts';
import { choose } from './rounds/choice.ts';
import { roundWithFew } from './rounds/few.ts';
import { roundWithMany } from './rounds/many.ts';
import { roundOfSoaking } from './rounds/soak.ts';
import { ourselves, peerFrom, type Subject } from './subject.ts';
import { renderTable } from './table.ts';

const rounds = { few: roundWithFew, soak: roundOfSoaking, many: roundWithMany };
type Round = keyof typeof rounds;

/**
 * `make bench`: measures the built controller on a real API server, prints one table, and fails on a broken budget. With
 * `PEER_CMD` (see `peerFrom`) another controller is measured as well. Arguments choose rounds: `few`, `many`, `soak`; another
 * word is wrong usage, which ends with 2.
 */
async function main(argv: readonly string[]): Promise<number> {
  const began = performance.now();
  const say = (line: string) => console.error(`bench: ${((performance.now() - began) / 1000).toFixed(0)} s: ${line}`);
  const choice = choose(Object.keys(rounds) as Round[], argv);
  if (!choice.ok) {
    console.error(`bench: ${choice.problem}`);
    return 2;
  }
  const cleanup = new Cleanup();
  endInOrder(cleanup);
  try {
    return await compared(choice.rounds, cleanup, say);
  } finally {
    await cleanup.run();
  }
}

async function compared(chosen: readonly Round[], cleanup: Cleanup, say: (line: string) => void): Promise<number> {
  const binaries = await ensureBinaries(say, []);
  const { subject, remove } = ourselves();
  cleanup.add(remove);
  const help = measureHelp();
  const opening = openGround(binaries, say);
  // A run that is ended while it begins waits until there is something to close
  cleanup.add(async () => (await opening.catch(() => undefined))?.close());
  const ground = await opening;
  const peer = peerFrom(process.env);
  const figures = [...help, ...(await measure(ground, subject, chosen))];
  const others = peer && (await measure(ground, peer, chosen));
  console.log(renderTable(figures, others));
  say('done');
  return figures.some(isBroken) ? 1 : 0;
}

async function measure(ground: Ground, subject: Subject, chosen: readonly Round[]): Promise<Figure[]> {
  const figures: Figure[] = [];
  for (const round of chosen) {
    ground.say(`${subject.name}: round "${round}"`);
    figures.push(...(await rounds[round](ground, subject)));
  }
  return figures;
}

process.exitCode = await main(process.argv.slice(2));
