import { generatedFrom } from '../api/reference/render.ts';
import { stages } from '../api/status.ts';
import { type Move, moves, phasesByStage } from './lifecycle-moves.ts';
import { eventWords, stageWords } from './lifecycle-words.ts';

/** `docs/lifecycle.md`: every stage and every way between them, as the machine has them. */
export function lifecyclePage(): string {
  const found = moves();
  return `${[
    generatedFrom('src/canary/machine.ts and src/docs'),
    '# The life of a Canary',
    'Where a release stands is its *stage*, kept in `status.run.stage`. `status.phase` is coarser, and the one that Flagger shows. ' +
      'What the cluster has to look like follows from the stage alone: the controller compares, and writes what differs. So a ' +
      'crash between two writes costs nothing, and drift is repaired in every stage.',
    'An outcome (`Initialized`, `Succeeded`, `Failed`) is written only when the cluster shows that it is true.',
    '## Diagram',
    'Left out: from every stage but the last, the deletion of a Canary with `revertOnDeletion` leads to `leaving`.',
    `\`\`\`mermaid\n${diagram(found)}\n\`\`\``,
    '## Stages',
    stageTable(found),
    '## What happens in between',
    eventTable(found),
    'See also: [guide](guide.md), [fields of the status](reference/canary.md#status), [errors](errors.md).',
  ].join('\n\n')}\n`;
}

/** One arrow between two stages, with all events that lead along it. Loops stay out: the table has them. */
function diagram(found: readonly Move[]): string {
  const arrows = new Map<string, string[]>();
  for (const { from, event, to } of found) {
    if (event === 'deleted' || from === to) continue;
    const arrow = `${from} --> ${to}`;
    arrows.set(arrow, [...(arrows.get(arrow) ?? []), eventWords[event].short]);
  }
  const lines = [...arrows].map(([arrow, events]) => `  ${arrow}: ${[...new Set(events)].join(', or ')}`);
  return ['stateDiagram-v2', `  [*] --> ${stages[0]}`, ...lines, '  leaving --> [*]: all was given back'].join('\n');
}

function stageTable(found: readonly Move[]): string {
  const phases = phasesByStage();
  const rows = stages.map((stage) => {
    const next = [...new Set(found.filter(({ from, to }) => from === stage && to !== stage).map(({ to }) => to))];
    const leads = next.filter((to) => to !== 'leaving').map((to) => `\`${to}\``);
    const shown = (phases.get(stage) ?? []).map((phase) => `\`${phase}\``);
    const { wanted, ends } = stageWords[stage];
    return `| \`${stage}\` | ${shown.join(', ')} | ${wanted} | ${ends} | ${leads.join(', ')} |`;
  });
  const head = '| Stage | Phase shown | World wanted | Ends when | Leads to |';
  return [head, '|---|---|---|---|---|', ...rows].join('\n');
}

function eventTable(found: readonly Move[]): string {
  const events = [...new Set(found.map(({ event }) => event))];
  const rows = events.map((event) => {
    const from = found.filter((move) => move.event === event).map((move) => `\`${move.from}\``);
    const to = [...new Set(found.filter((move) => move.event === event).map((move) => `\`${move.to}\``))];
    const stays = from.join() === to.join();
    return `| \`${event}\` | ${eventWords[event].long} | ${[...new Set(from)].join(', ')} | ${stays ? 'stays' : to.join(', ')} |`;
  });
  return ['| Event | What was seen | In | Leads to |', '|---|---|---|---|', ...rows].join('\n');
}
