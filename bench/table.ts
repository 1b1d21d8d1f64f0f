import { type Figure, isBroken } from './figure.ts';
import { hopFigure } from './hop.ts';

/**
 * The table of a run: a line for each figure of ours, its budget, how many median watch hops a time is, and, when there is a peer,
 * what the peer needed for the same and how many times our figure that is.
 */
export function renderTable(ours: readonly Figure[], peer?: readonly Figure[]): string {
  const head = ['what', 'value', 'budget', 'unit', 'hops', ...(peer ? ['peer', 'peer/ours'] : []), ''];
  const hopMs = ours.find(({ what }) => what === hopFigure)?.value ?? Number.NaN;
  const lines = ours.map((figure) => {
    const other = peer?.find(({ what }) => what === figure.what);
    return [
      figure.what,
      number(figure.value),
      figure.budget === undefined ? '' : number(figure.budget),
      figure.unit,
      figure.unit === 'ms' ? number(figure.value / hopMs) : '',
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
