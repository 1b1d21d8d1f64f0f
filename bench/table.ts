import { type Figure, isBroken } from './figure.ts';

/** What the times are compared with: how long the API server itself takes from a write to its watch event. */
export interface Hop {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/**
 * The table of a run: a line for each figure of ours, its budget, how many watch hops a time is, and, when there is a peer,
 * what the peer needed for the same and how many times our figure that is.
 */
export function renderTable(ours: readonly Figure[], hop: Hop, peer?: readonly Figure[]): string {
  const head = ['what', 'value', 'budget', 'unit', 'hops', ...(peer ? ['peer', 'peer/ours'] : []), ''];
  const lines = ours.map((figure) => {
    const other = peer?.find(({ what }) => what === figure.what);
    return [
      figure.what,
      number(figure.value),
      figure.budget === undefined ? '' : number(figure.budget),
      figure.unit,
      figure.unit === 'ms' ? number(figure.value / hop.p50Ms) : '',
      ...(peer ? [other ? number(other.value) : '–', other ? number(other.value / figure.value) : ''] : []),
      isBroken(figure) ? 'OVER' : '',
    ];
  });
  const rows = [head, ...lines];
  const widths = head.map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  return rows.map((row) => aligned(row, widths)).join('\n');
}

function aligned(row: readonly string[], widths: readonly number[]): string {
  const isText = (i: number) => i === 0 || i === 3;
  const cells = row.map((cell, i) => (isText(i) ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0)));
  return cells.join('  ').trimEnd();
}

/** Three digits that matter are enough. */
function number(value: number): string {
  if (!Number.isFinite(value)) return '–';
  return Math.abs(value) >= 100 || Number.isInteger(value) ? value.toFixed(0) : value.toPrecision(3);
}
