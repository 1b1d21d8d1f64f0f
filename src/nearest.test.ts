import { expect, test } from 'vitest';
import { nearest } from './nearest.ts';

const words = ['run', 'demo', 'explain', 'namespace', 'mesh-provider'];

test.each([
  { name: 'a missing letter is forgiven', word: 'explin', found: 'explain' },
  { name: 'a wrong letter is forgiven', word: 'ron', found: 'run' },
  { name: 'swapped letters are forgiven in a long word', word: 'mesh-porvider', found: 'mesh-provider' },
  { name: 'case is forgiven', word: 'NAMESPACE', found: 'namespace' },
  { name: 'a word unlike all others means none of them', word: 'deploy-now', found: undefined },
  { name: 'no word at all means none of them', word: '', found: undefined },
])('$name', ({ word, found }) => {
  expect(nearest(word, words)).toBe(found);
});
