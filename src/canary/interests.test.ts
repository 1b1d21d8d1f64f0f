import { expect, test } from 'vitest';
import { Interests } from './interests.ts';

const keysIn = (interests: Interests, ref: string) => [...interests.in(ref)].sort();

test('an object brings back everyone who looked at it, and no other', () => {
  const interests = new Interests();
  interests.set('a', new Set(['secret', 'route']));
  interests.set('b', new Set(['route']));
  expect(keysIn(interests, 'route')).toEqual(['a', 'b']);
  expect(keysIn(interests, 'secret')).toEqual(['a']);
  expect(keysIn(interests, 'service')).toEqual([]);
});

test('a later look replaces the earlier one', () => {
  const interests = new Interests();
  interests.set('a', new Set(['secret', 'route']));
  interests.set('a', new Set(['route', 'service']));
  expect(['secret', 'route', 'service'].map((ref) => keysIn(interests, ref))).toEqual([[], ['a'], ['a']]);
});

test('what is deleted looks at nothing, and others keep looking', () => {
  const interests = new Interests();
  interests.set('a', new Set(['route']));
  interests.set('b', new Set(['route']));
  interests.delete('a');
  interests.delete('never seen');
  expect(keysIn(interests, 'route')).toEqual(['b']);
});
