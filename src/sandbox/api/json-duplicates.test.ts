import { expect, test } from 'vitest';
import { duplicateFields } from './json-duplicates.ts';

test.each([
  { text: '{"a":1,"b":{"a":2}}', found: [] },
  { text: '{"a":1,"a":2}', found: ['a'] },
  { text: ' { "a" : { "b" : [ { "c":1 , "c":2 } ] } } ', found: ['a.b[0].c'] },
  { text: '{"a\\"":1,"a\\"":2}', found: ['a"'] },
  { text: '{"a":"{\\"b\\":1,\\"b\\":2}","c":[],"d":{},"e":null,"f":-1.5e3}', found: [] },
  { text: '[{"a":true,"a":false}]', found: ['[0].a'] },
  { text: '"a"', found: [] },
])('$text repeats $found', ({ text, found }) => {
  expect(duplicateFields(text)).toEqual(found);
});
