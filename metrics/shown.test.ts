import { expect, test } from 'vitest';
import { MAX_SHOWN, shown } from './shown.ts';

test.each(['', 'no_service', 'x'.repeat(MAX_SHOWN)])('a text of up to 1024 characters is shown as it is', (text) => {
  expect(shown(text)).toBe(text);
});

test('a longer text is cut, and ends in a mark', () => {
  expect(shown('x'.repeat(1 << 20))).toBe(`${'x'.repeat(1023)}…`);
});

test('no half of a character is left where a text is cut', () => {
  const text = shown(`${'x'.repeat(1022)}😀${'x'.repeat(9)}`);
  expect(text.isWellFormed()).toBe(true);
  expect(text).toHaveLength(MAX_SHOWN);
});
