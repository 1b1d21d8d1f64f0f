import { type Figure, isBroken } from './figure.ts';
import { type Ground, openGround } from './ground.ts';
import { measureHelp } from './measurements/help.ts';
import { roundWithFew } from './rounds/few.ts';
import { roundWithMany } from './rounds/many.ts';
import { roundOfSoaking } from './rounds/soak.ts';
import { ourselves, peerFrom, type Subject } from './subject.ts';
import { renderTable } from './table.ts';

const rounds = { few: roundWithFew, many: roundWithMany, soak: roundOfSoaking };
type Round = keyof typeof rounds;

/**
 * `make bench`: measures the built controller on a real API server, prints one table, and fails on a broken budget. With
 * `PEER_CMD` (see `peerFrom`) another controller is measured as well. Arguments choose rounds: `few`, `many`, `soak`.
 */
async function main(argv: readonly string[]): Promise<number> {
  const began = performance.now();
  const say = (line: string) => console.error(`bench: ${((performance.now() - began) / 1000).toFixed(0)} s: ${line}`);
  const chosen = (Object.keys(rounds) as Round[]).filter((round) => argv.length === 0 || argv.includes(round));
  const { subject, remove } = ourselves();
  const help = measureHelp();
  const ground = await openGround(say);
  closeAtTheLatest(ground);
  try {
    const peer = peerFrom(process.env);
    const figures = [...help, ...(await measure(ground, subject, chosen))];
    const others = peer && (await measure(ground, peer, chosen));
    console.log(renderTable(figures, others));
    say('done');
    return figures.some(isBroken) ? 1 : 0;
  } finally {
    await ground.close();
    remove();
  }
}

/** However the run ends, no control plane stays behind. */
function closeAtTheLatest(ground: Ground): void {
  let isClosing = false;
  for (const end of ['SIGINT', 'SIGTERM', 'uncaughtException']) {
    process.on(end, (why: unknown) => {
      console.error('bench: gives up:', why);
      if (isClosing) return;
      isClosing = true;
      void ground.close().finally(() => process.exit(1));
    });
  }
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
