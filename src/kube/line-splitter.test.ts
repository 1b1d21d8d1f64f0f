import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LineSplitter } from './line-splitter.ts';

function split(chunks: readonly Uint8Array[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const chunk of chunks) splitter.push(chunk);
  return lines;
}

test('lines come whole however the bytes are cut, also within a character', () => {
  const line = fc.string({ unit: 'grapheme' }).filter((text) => !text.includes('\n') && !text.includes('\ufeff'));
  fc.assert(
    fc.property(fc.array(line, { maxLength: 8 }), fc.integer({ min: 1, max: 7 }), (lines, size) => {
      const bytes = new TextEncoder().encode(lines.map((text) => `${text}\n`).join(''));
      const count = Math.ceil(bytes.length / size);
      const chunks = Array.from({ length: count }, (_, i) => bytes.subarray(i * size, (i + 1) * size));
      expect(split(chunks)).toEqual(lines);
    }),
  );
});

test('a line that has no end yet is held back', () => {
  expect(split([Buffer.from('{"a":1}\n{"b"')])).toEqual(['{"a":1}']);
});
