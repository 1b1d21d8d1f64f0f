import { expect, it } from 'vitest';
import { parseStat } from './usage.ts';

const line =
  '4711 (a) name) S 1 4700 4700 0 -1 4194560 100 0 0 0 250 50 7 7 20 0 11 0 12345 999424 2560 18446744073709551615 1 1';

it('a line of a process says its group, its time on cores and its memory, whatever its name is', () => {
  expect(parseStat(line)).toEqual({ group: 4700, cpuMs: 3000, rssMiB: 10 });
});

it('no line says nothing', () => {
  expect(parseStat('')).toBeUndefined();
});
