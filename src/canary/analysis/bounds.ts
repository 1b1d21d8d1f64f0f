import { formatMilliseconds, formatShortest } from '../../../metrics/go-number.ts';
import type { Metric } from '../../api/canary.ts';

/** `rate`: percent, with the older threshold as minimum. `duration`: milliseconds. `custom`: whatever a query gives. */
export type BoundKind = 'rate' | 'duration' | 'custom';

/** The bound that a value breaks, and on which side. */
export interface Breach {
  readonly sign: '<' | '>';
  readonly bound: number;
}

interface Bounds {
  readonly min?: number;
  readonly max?: number;
}

/** Durations are compared without the part below a millisecond, as the reference does. */
export function wholeMilliseconds(value: number): number {
  // without the sum, -0.4 would become a negative zero
  return Math.trunc(value) + 0;
}

/** The first bound that the value breaks; a value equal to a bound breaks none. */
export function breachOf(metric: Metric, kind: BoundKind, value: number): Breach | undefined {
  const { min, max } = boundsOf(metric, kind);
  if (min !== undefined && value < min) return { sign: '<', bound: min };
  if (max !== undefined && value > max) return { sign: '>', bound: max };
  return undefined;
}

/** The bounds for people: `>= 99`, `<= 500ms`, `1..5`, `any`. */
export function boundText(metric: Metric, kind: BoundKind): string {
  const { min, max } = boundsOf(metric, kind);
  const show = kind === 'duration' ? formatMilliseconds : formatGeneral;
  if (min !== undefined && max !== undefined) return `${show(min)}..${show(max)}`;
  if (min !== undefined) return `>= ${show(min)}`;
  return max === undefined ? 'any' : `<= ${show(max)}`;
}

/** At most six digits, for people: `0.1` rather than `0.1000000000000001`. */
export function formatGeneral(value: number): string {
  return formatShortest(Number.isFinite(value) ? Number(value.toPrecision(6)) : value);
}

function boundsOf({ range, threshold }: Metric, kind: BoundKind): Bounds {
  if (range === undefined) {
    if (kind === 'rate') return { min: threshold };
    return { max: kind === 'duration' ? wholeMilliseconds(threshold) : threshold };
  }
  if (kind !== 'duration') return range;
  const { min, max } = range;
  return {
    ...(min === undefined ? {} : { min: wholeMilliseconds(min) }),
    ...(max === undefined ? {} : { max: wholeMilliseconds(max) }),
  };
}
