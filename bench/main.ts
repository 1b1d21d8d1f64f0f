import type { Figure } from './figure.ts';
import { isBroken } from './figure.ts';
import { type Ground, openGround } from './ground.ts';
import { measureHelp } from './measurements/help.ts';
import { roundWithFew } from './rounds/few.ts';
import { roundWithMany } from './rounds/many.ts';
import { roundOfSoaking } from './rounds/soak.ts';
import { ourselves, peerFrom, type Subject } from './subject.ts';
import { type Hop, renderTable } from './table.ts';

/**
 * `make bench`: measures the built controller on a real API server, prints one table, and fails on a broken budget. With
 * `PEER_CMD` (see `peerFrom`) another controller is measured after it on the same API server.
 */
async function main(): Promise<number> {
  const began = performance.now();
  const say = (line: string) => console.error(`bench: ${((performance.now() - began) / 1000).toFixed(0)} s: ${line}`);
  const { subject, remove } = ourselves();
  const help = measureHelp();
  const ground = await openGround(say);
  try {
    const peer = peerFrom(process.env);
    const ours = await measure(ground, subject);
    const soaked = await roundOfSoaking(ground, subject);
    const theirs = peer && (await measure(ground, peer));
    const figures = [...help, ...hopFigures(ours.hop), ...ours.figures, ...soaked];
    console.log(renderTable(figures, ours.hop, theirs && [...hopFigures(theirs.hop), ...theirs.figures]));
    return figures.some(isBroken) ? 1 : 0;
  } finally {
    await ground.close();
    remove();
  }
}

async function measure(ground: Ground, subject: Subject): Promise<{ hop: Hop; figures: Figure[] }> {
  ground.say(`${subject.name}: a hundred canaries`);
  const { hop, figures } = await roundWithFew(ground, subject);
  ground.say(`${subject.name}: 5,500 canaries`);
  return { hop, figures: [...figures, ...(await roundWithMany(ground, subject))] };
}

function hopFigures({ p50Ms, p99Ms }: Hop): Figure[] {
  const what = 'watch hop: a write until its event';
  return [
    { what: `${what}, p50`, value: p50Ms, unit: 'ms' },
    { what: `${what}, p99`, value: p99Ms, unit: 'ms' },
  ];
}

process.exitCode = await main();
