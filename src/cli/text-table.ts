import { type Colour, paint, type Style } from './terminal.ts';

/** A cell: text, and the colour it has on a terminal. */
export type Cell = string | { readonly text: string; readonly colour: Colour | undefined };

/** Columns under a header, three spaces apart, no spaces at the ends of lines. Every line ends with a newline. */
export function renderTable(
  header: readonly string[],
  rows: readonly (readonly Cell[])[],
  style: Style,
  indent = '',
): string {
  const all = [header.map((text): Cell => ({ text, colour: 'dim' })), ...rows];
  const widths = header.map((_, column) => Math.max(...all.map((row) => textOf(row[column] ?? '').length)));
  return all.map((row) => `${indent}${renderRow(row, widths, style)}\n`).join('');
}

function renderRow(row: readonly Cell[], widths: readonly number[], style: Style): string {
  return row
    .map((cell, column) => {
      const text = textOf(cell);
      const gap = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - text.length + 3);
      return paint(text, typeof cell === 'string' ? undefined : cell.colour, style) + gap;
    })
    .join('');
}

function textOf(cell: Cell): string {
  return typeof cell === 'string' ? cell : cell.text;
}
