import type { Point } from '../series.ts';
import { type FunctionSpec, perRange } from './function-spec.ts';
import { sum } from './statistics.ts';
import type { MatrixValue } from './value.ts';

/** Functions that measure how a series changes within a window. */
export const RATE_FUNCTIONS: Readonly<Record<string, FunctionSpec>> = {
  rate: perRange((points, window) => extrapolated(points, window, true, true)),
  increase: perRange((points, window) => extrapolated(points, window, true, false)),
  delta: perRange((points, window) => extrapolated(points, window, false, false)),
  irate: perRange((points) => lastChange(points, true)),
  idelta: perRange((points) => lastChange(points, false)),
  deriv: perRange(slope),
  changes: perRange((points) => countSteps(points, (before, after) => !Object.is(before, after) && before !== after)),
  resets: perRange((points) => countSteps(points, (before, after) => after < before)),
};

/** A gap up to this many times the usual distance between samples is taken as part of the series. */
const CLOSE_ENOUGH = 1.1;

/**
 * Change of a series over the whole window, though the samples don't reach its ends. Prometheus' rule: up to an end that is
 * as near as the next sample would be, else half a distance; a counter isn't followed back to below zero. Since version 3
 * that last bound comes after the others.
 */
function extrapolated(points: readonly Point[], window: MatrixValue, counter: boolean, perSecond: boolean) {
  const [first] = points;
  const last = points.at(-1);
  if (!first || !last || points.length < 2) return undefined;
  const change = counter ? counted(points, last.value - first.value) : last.value - first.value;
  const sampled = (last.timeMs - first.timeMs) / 1000;
  const distance = sampled / (points.length - 1);
  const gap = (seconds: number) => (seconds >= distance * CLOSE_ENOUGH ? distance / 2 : seconds);
  let before = gap((first.timeMs - window.startMs) / 1000);
  const after = gap((window.endMs - last.timeMs) / 1000);
  if (counter && change > 0 && first.value >= 0) before = Math.min(before, sampled * (first.value / change));
  const factor = (sampled + before + after) / sampled;
  return change * (perSecond ? factor / ((window.endMs - window.startMs) / 1000) : factor);
}

/** What a counter counted: the visible change and what it had reached each time it fell. */
function counted(points: readonly Point[], visible: number): number {
  let total = visible;
  let before = points[0]?.value ?? 0;
  for (const { value } of points) {
    if (value < before) total += before;
    before = value;
  }
  return total;
}

/** Change between the last two samples; of a counter per second, from zero when it was reset. */
function lastChange(points: readonly Point[], counter: boolean): number | undefined {
  const last = points.at(-1);
  const before = points.at(-2);
  if (!last || !before) return undefined;
  if (!counter) return last.value - before.value;
  const change = last.value < before.value ? last.value : last.value - before.value;
  return change / ((last.timeMs - before.timeMs) / 1000);
}

/** Slope per second of the straight line that fits best. */
function slope(points: readonly Point[]): number | undefined {
  const [first] = points;
  if (!first || points.length < 2) return undefined;
  // a line through equal values is flat, without rounding errors
  if (points.every(({ value }) => value === first.value)) return Number.isFinite(first.value) ? 0 : Number.NaN;
  const xs = points.map(({ timeMs }) => (timeMs - first.timeMs) / 1000);
  const ys = points.map(({ value }) => value);
  const n = points.length;
  const sumX = sum(xs);
  const covariance = sum(xs.map((x, index) => x * (ys[index] ?? 0))) - (sumX * sum(ys)) / n;
  return covariance / (sum(xs.map((x) => x * x)) - (sumX * sumX) / n);
}

function countSteps(points: readonly Point[], counts: (before: number, after: number) => boolean): number {
  let total = 0;
  let before = points[0]?.value ?? Number.NaN;
  for (const { value } of points) {
    if (counts(before, value)) total++;
    before = value;
  }
  return total;
}
