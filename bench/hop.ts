import type { Figure } from './figure.ts';
import { quantile } from './quantile.ts';

/** What times are compared with: how long the API server itself takes from a write to its watch event, in milliseconds. */
export interface Hop {
  readonly p50Ms: number;
  readonly p99Ms: number;
}

/** The row that the table takes the median hop from. */
export const hopFigure = 'watch hop: a write until its event, p50';

export function hopOf(times: readonly number[]): Hop {
  return { p50Ms: quantile(times, 0.5), p99Ms: quantile(times, 0.99) };
}

export function hopFigures({ p50Ms, p99Ms }: Hop): Figure[] {
  return [
    { what: hopFigure, value: p50Ms, unit: 'ms' },
    { what: hopFigure.replace('p50', 'p99'), value: p99Ms, unit: 'ms' },
  ];
}
