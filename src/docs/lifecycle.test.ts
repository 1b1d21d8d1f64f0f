import { expect, test } from 'vitest';
import { stages } from '../api/status.ts';
import { lifecyclePage } from './lifecycle.ts';
import { moves, phasesByStage } from './lifecycle-moves.ts';

const page = lifecyclePage();

test('the phases of each stage are those that the machine shows there', () => {
  expect(Object.fromEntries(phasesByStage())).toEqual({
    creating: ['Initializing'],
    takingOver: ['Initializing'],
    idle: ['Initialized', 'Succeeded', 'Failed'],
    asking: ['Waiting'],
    starting: ['Progressing'],
    analysing: ['Progressing'],
    holding: ['WaitingPromotion'],
    promoting: ['Promoting'],
    returning: ['Promoting'],
    draining: ['Finalising'],
    skipping: ['Progressing', 'WaitingPromotion'],
    rollingBack: ['Waiting', 'Progressing', 'WaitingPromotion', 'Promoting', 'Failed'],
    stranded: ['Failed'],
    leaving: ['Terminating'],
  });
});

test('every stage but the last has ways on, and is reached', () => {
  const found = moves();
  for (const stage of stages) {
    expect(
      found.some(({ from }) => from === stage),
      `ways from ${stage}`,
    ).toBe(stage !== 'leaving');
    expect(stage === 'creating' || found.some(({ to }) => to === stage), `ways to ${stage}`).toBe(true);
  }
});

test('the diagram has every way between two stages except deletion', () => {
  const block = /```mermaid\n([\s\S]*?)\n```/.exec(page)?.[1] ?? '';
  const arrows = [...block.matchAll(/^ {2}(\w+) --> (\w+): \S/gm)].map(([, from, to]) => `${from} ${to}`);
  const wanted = moves().filter(({ from, event, to }) => event !== 'deleted' && from !== to);
  expect(new Set(arrows)).toEqual(new Set(wanted.map(({ from, to }) => `${from} ${to}`)));
  expect(arrows).toHaveLength(new Set(arrows).size);
});

test('the table has a row for every stage, and one for every event', () => {
  for (const stage of stages) expect(page).toMatch(new RegExp(`^\\| \`${stage}\` \\| \`[A-Z]`, 'm'));
  for (const { event } of moves()) expect(page).toMatch(new RegExp(`^\\| \`${event}\` \\| [A-Z\`].*\\.`, 'm'));
  expect(page).toContain(
    '| `checkFailed` | A check failed, and the threshold is not reached. | `analysing`, `holding` | stays |',
  );
});
