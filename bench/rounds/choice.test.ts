import { expect, it } from 'vitest';
import { choose } from './choice.ts';

const known = ['few', 'many', 'soak'] as const;

it.each([
  { argv: [], rounds: ['few', 'many', 'soak'] },
  { argv: ['many'], rounds: ['many'] },
  { argv: ['soak', 'few'], rounds: ['few', 'soak'] },
])('$argv means $rounds', ({ argv, rounds }) => {
  expect(choose(known, argv)).toEqual({ ok: true, rounds });
});

it('a word that is no round is refused with those that are, although another word is one', () => {
  expect(choose(known, ['few', 'fwe'])).toEqual({
    ok: false,
    problem: 'there is no round fwe; those that are there are few, many, soak',
  });
});
