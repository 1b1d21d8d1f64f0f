import { expect, test } from 'vitest';
import { anchoredRegex } from './regex.ts';

function compile(pattern: string): RegExp {
  const regex = anchoredRegex(pattern);
  if ('problem' in regex) throw new Error(regex.problem);
  return regex;
}

test.each([
  { rule: 'the whole text must match', pattern: '5.*', yes: ['500', '5'], no: ['1500', ''] },
  { rule: 'alternatives are anchored as a whole', pattern: 'a|b', yes: ['a', 'b'], no: ['ab', 'xa'] },
  { rule: 'the dot matches a line end', pattern: 'a.b', yes: ['a\nb'], no: ['ab'] },
  {
    rule: 'the pod names of a workload',
    pattern: 'web-[0-9a-zA-Z]+(-[0-9a-zA-Z]+)',
    yes: ['web-6f-x2'],
    no: ['web-primary-6f-x2'],
  },
  { rule: 'a flag holds to the end of its group', pattern: '(a(?i)b|c)d', yes: ['aBd', 'Cd'], no: ['abD', 'Abd'] },
  { rule: 'a flag can be taken back', pattern: '(?i)a(?-i)b', yes: ['Ab'], no: ['AB'] },
  { rule: 'a group can have flags', pattern: '(?i:a)b', yes: ['Ab'], no: ['AB'] },
  { rule: 'groups can be named in both ways', pattern: '(?P<x>a)(?<y>b)', yes: ['ab'], no: ['a'] },
  { rule: 'classes by name', pattern: '[[:alpha:]_][^[:digit:]]', yes: ['a-', '_x'], no: ['1-', 'a1'] },
  { rule: 'a bracket first in a class is a member', pattern: '[]a[]+', yes: [']a['], no: ['b'] },
  { rule: 'escapes in a class', pattern: '[\\d\\s\\-\\]]+', yes: ['1 -]'], no: ['x'] },
  { rule: 'spaces are those of ASCII', pattern: '\\s\\S', yes: ['\tx'], no: ['\u00a0x'] },
  { rule: 'escaped punctuation stands for itself', pattern: 'a\\-b\\.c\\_', yes: ['a-b.c_'], no: ['a-bxc_'] },
  { rule: 'quoted text stands for itself', pattern: '\\Qa.b\\E+', yes: ['a.bb'], no: ['axb'] },
  { rule: 'quoted text may last to the end', pattern: '\\Qa+', yes: ['a+'], no: ['aa'] },
  { rule: 'code points', pattern: '\\x41\\x{1F600}\\101\\a', yes: ['A\u{1F600}A\x07'], no: ['A'] },
  { rule: 'properties of letters', pattern: '\\pL\\p{Greek}\\P{Lu}\\p{^Nd}', yes: ['xαax'], no: ['xαax1'] },
  { rule: 'begin and end of the text', pattern: '\\Aa\\b\\z', yes: ['a'], no: ['ab'] },
  { rule: 'a brace without a count stands for itself', pattern: 'a{b}{2}', yes: ['a{b}}'], no: ['ab'] },
  { rule: 'repetitions', pattern: 'a{2,3}?b*]', yes: ['aab]'], no: ['ab]'] },
])('$rule', ({ pattern, yes, no }) => {
  const regex = compile(pattern);
  for (const text of yes) expect(regex.test(text), text).toBe(true);
  for (const text of no) expect(regex.test(text), text).toBe(false);
});

test.each([
  'a(?=b)',
  'a(?<!b)',
  '(a)\\1',
  '(',
  'a)',
  '[a',
  'a\\',
  '\\y',
  'a**',
  '[[:nope:]]',
  '\\p1',
  '\\p{Klingon}',
  '(?)',
  '(?U)a',
])('%j is refused, with the pattern in the reason', (pattern) => {
  const regex = anchoredRegex(pattern);
  expect('problem' in regex && regex.problem).toContain(JSON.stringify(pattern));
});
