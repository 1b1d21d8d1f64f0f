import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

/** Bullets of the list of edge cases, and rows of the table of traps, in the description of the reference. */
const EDGE_CASES = 11;
const TRAPS = 38;

const folder = new URL('./', import.meta.url);
const text = (file: string) => readFileSync(new URL(file, folder), 'utf8');
const numbers = (count: number, word: string) => Array.from({ length: count }, (_, i) => `${word}${i + 1}`);
const wanted = [...numbers(EDGE_CASES, '§14.'), ...numbers(TRAPS, 'trap ')];

/** Names of all tests here that carry a number. */
const titles = readdirSync(folder)
  .filter((file) => file.endsWith('.test.ts'))
  .flatMap((file) => text(file).match(/'(?:§14\.\d+ |trap \d+: )[^'\n]*'/g) ?? [])
  .map((title) => title.slice(1, -1));

const numberIn = (line: string) => /§14\.\d+|trap \d+/.exec(line)?.[0] ?? '';

test('every edge case and every trap has a test here or a reason for having none', () => {
  const excused = text('README.md').match(/^\| (?:§14\.\d+|trap \d+) \|/gm) ?? [];
  const known = new Set([...titles, ...excused].map(numberIn));
  expect(wanted.filter((number) => !known.has(number))).toEqual([]);
});

test('no test carries a number that does not exist', () => {
  expect(titles.map(numberIn).filter((number) => !wanted.includes(number))).toEqual([]);
});

test('every name says whether the rule was kept or improved, and why', () => {
  expect(titles.filter((title) => !/ \((kept|improved): .+\)$/.test(title))).toEqual([]);
});
