import type { Judgement } from './judge.ts';
import type { Outcome } from './wave.ts';

const heads = ['fault', 'blows', 'runs', 'promoted', 'rolled back', 'wrong', 'lost', 'untold', 'seconds'];

/** Faults × outcomes for people, a line per fault. */
export function tableOf(outcomes: readonly Outcome[]): string {
  const rows = outcomes.map(({ fault, blows, runs, seconds }) => {
    const all = [...runs.values()];
    const count = (end: Judgement['end']) => all.filter((run) => run.end === end).length;
    const untold = all.reduce((sum, run) => sum + run.untold.length, 0);
    const ends = [count('promoted'), count('rolled back'), count('wrong'), count('lost')];
    return [fault, ...[blows, runs.size, ...ends, untold, Math.round(seconds)].map(String)];
  });
  const widths = heads.map((head, i) => Math.max(head.length, ...rows.map((row) => row[i]?.length ?? 0)));
  const line = (cells: readonly string[]) =>
    cells.map((cell, i) => (i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0))).join('  ');
  return [heads, ...rows].map(line).join('\n');
}
