import { numberText } from './promql/number-text.ts';
import type { Value } from './promql/value.ts';

/** `data` of a query's answer, as Prometheus' HTTP API writes it: times in seconds, numbers as texts. */
export function resultJson(value: Value, atMs: number) {
  switch (value.type) {
    case 'scalar':
      return { resultType: 'scalar', result: pair(atMs, value.value) };
    case 'string':
      return { resultType: 'string', result: [atMs / 1000, value.value] };
    case 'vector':
      return {
        resultType: 'vector',
        result: value.samples.map((sample) => ({ metric: sample.labels, value: pair(atMs, sample.value) })),
      };
    case 'matrix':
      return {
        resultType: 'matrix',
        result: value.series.map(({ labels, points }) => ({
          metric: labels,
          values: points.map((point) => pair(point.timeMs, point.value)),
        })),
      };
  }
}

function pair(timeMs: number, value: number): readonly [number, string] {
  return [timeMs / 1000, numberText(value)];
}
